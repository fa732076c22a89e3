#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "promql/durations.h"
#include "promql/evaluate.h"
#include "promql/parse.h"
#include "promql/windows.h"
#include "serve/envelope.h"
#include "serve/fetched_source.h"
#include "serve/handlers/handlers.h"
#include "serve/json_text.h"
#include "serve/parameters.h"
#include "serve/value_json.h"

// /api/v1/query and /api/v1/query_range.
namespace keepwatch::serve {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;
constexpr std::int64_t kPointsMax = 11'000; // Of a series in the answer, as Prometheus allows.

struct Moments {
    Timestamp start;
    Timestamp end;
    std::optional<Duration> step; // Of a range query.
};

// What both kinds of query may say.
struct Common {
    std::size_t limit = 0;
    Duration timeout;
    Duration lookback;
    promql::ExprPtr expr;
};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

Result<Duration> read_lookback(const net::IncomingRequest& request, Duration otherwise) {
    const auto text = request.param("lookback_delta");
    if (text.empty()) return otherwise;
    const auto ns = parse_api_duration(text);
    if (!ns)
        return Error{ErrorKind::InvalidInput,
                     fmt::format("error parsing lookback delta duration: {}", ns.error().message)};
    const auto lookback = milliseconds(*ns / kNanosecondsPerMillisecond);
    return lookback.ms > 0 ? lookback : otherwise;
}

// Between two moments, or as much as fits into nanoseconds: as Go's Time.Sub.
std::int64_t nanoseconds_between(Timestamp start, Timestamp end) {
    constexpr auto kMost =
        static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / 1'000'000;
    const auto ms = static_cast<std::uint64_t>(end.ms) - static_cast<std::uint64_t>(start.ms);
    return static_cast<std::int64_t>(std::min(ms, kMost)) * kNanosecondsPerMillisecond;
}

// Reads the expression, and computes the lengths of time that it leaves to the query.
Result<promql::ExprPtr> read_expr(const net::IncomingRequest& request, const Parts& parts,
                                  const Moments& moments) {
    auto expr = promql::parse(request.param("query"), parts.features);
    if (!expr) return invalid_parameter("query", expr.error().to_string());
    if (const auto unfit = promql::unfit_for_range(**expr); moments.step && unfit)
        return invalid_parameter("query", unfit->message);
    const auto range_ms =
        nanoseconds_between(moments.start, moments.end) / kNanosecondsPerMillisecond;
    expr =
        promql::with_durations(*expr, {moments.step.value_or(Duration()), milliseconds(range_ms)});
    if (!expr) return invalid_parameter("query", expr.error().to_string());
    return expr;
}

Result<Common> read_common(const net::IncomingRequest& request, const Parts& parts,
                           const Moments& moments) {
    const auto& limits = parts.limits;
    Common common;
    KW_TRY(common.limit, limit_parameter(request));
    KW_TRY(const auto timeout, timeout_parameter(request));
    common.timeout = std::min(timeout.value_or(limits.timeout), limits.timeout);
    KW_TRY(common.lookback, read_lookback(request, limits.lookback));
    KW_TRY(common.expr, read_expr(request, parts, moments));
    return common;
}

Result<Timestamp> required_time(const net::IncomingRequest& request, std::string_view name) {
    auto time = parse_api_time(request.param(name));
    if (time) return time;
    return invalid_parameter(name, time.error().message);
}

Result<Moments> read_range(const net::IncomingRequest& request) {
    KW_TRY(const auto start, required_time(request, "start"));
    KW_TRY(const auto end, required_time(request, "end"));
    if (end < start) return invalid_parameter("end", "end timestamp must not be before start time");
    const auto step = parse_api_duration(request.param("step"));
    if (!step) return invalid_parameter("step", step.error().message);
    if (*step <= 0)
        return invalid_parameter("step", "zero or negative query resolution step widths are not "
                                         "accepted. Try a positive integer");
    if (nanoseconds_between(start, end) / *step > kPointsMax)
        return Error{ErrorKind::InvalidInput,
                     "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing "
                     "the query resolution (?step=XX)"};
    // An evaluator knows nothing below a millisecond.
    const auto step_ms = std::max<std::int64_t>(*step / kNanosecondsPerMillisecond, 1);
    return Moments{start, end, milliseconds(step_ms)};
}

template <class Elements> bool cut(Elements& elements, std::size_t limit) {
    if (elements.size() <= limit) return false;
    elements.resize(limit);
    return true;
}

// Of an answer of several series no more than the limit; whether some are missing.
bool truncate(promql::Value& value, std::size_t limit) {
    if (limit == 0) return false;
    if (auto* vector = std::get_if<promql::VectorValue>(&value)) return cut(*vector, limit);
    if (auto* matrix = std::get_if<promql::MatrixValue>(&value)) return cut(*matrix, limit);
    return false;
}

// What a query cost. Samples are those that were fetched for it: we do not count how often the
// evaluator looks at each of them.
struct Costs {
    double fetching_seconds = 0;
    double evaluation_seconds = 0;
    std::uint64_t samples = 0;
    std::uint64_t series = 0;
};

std::string stats_json(const Costs& costs) {
    return fmt::format(
        R"({{"timings":{{"evalTotalTime":{},"resultSortTime":0,"queryPreparationTime":{},)"
        R"("innerEvalTime":{},"execQueueTime":0,"execTotalTime":{}}},)"
        R"("samples":{{"totalQueryableSamples":{},"samplesRead":{},"seriesTouched":{},)"
        R"("peakSamples":{}}}}})",
        costs.evaluation_seconds, costs.fetching_seconds, costs.evaluation_seconds,
        costs.fetching_seconds + costs.evaluation_seconds, costs.samples, costs.samples,
        costs.series, costs.samples);
}

// One query over what it fetches.
class Query {
public:
    Query(const Parts& parts, Common common, Moments moments)
        : backend_(parts.backend), limits_(parts.limits), features_(parts.features),
          common_(std::move(common)), moments_(moments),
          deadline_(Clock::now() + std::chrono::milliseconds(common_.timeout.ms)),
          source_(backend_, limits_.data, deadline_) {}

    Result<promql::Value> run(promql::Notes& notes) {
        const auto began = Clock::now();
        if (auto fetched = source_.fetch(wants()); !fetched) return std::move(fetched).error();
        costs_.fetching_seconds = seconds_since(began);
        auto value = evaluate(notes);
        costs_.evaluation_seconds = seconds_since(began) - costs_.fetching_seconds;
        costs_.samples = source_.sample_count();
        costs_.series = source_.series_count();
        if (source_.error()) return *source_.error(); // The evaluator has seen nothing instead.
        return value;
    }
    const Costs& costs() const { return costs_; }

private:
    std::vector<series::Want> wants() const {
        std::vector<series::Want> wants;
        for (const auto& window :
             promql::windows(*common_.expr, moments_.start, moments_.end, common_.lookback)) {
            const auto part =
                window.newest_only ? series::Want::Part::Newest : series::Want::Part::Samples;
            wants.push_back({window.selector->matchers, window.after, window.until, part});
        }
        return wants;
    }

    Result<promql::Value> evaluate(promql::Notes& notes) {
        promql::Options options;
        options.lookback = common_.lookback;
        options.features = features_;
        options.limits.samples_max = limits_.data.samples_max;
        options.interrupted = [this]() { return interruption(); };
        const promql::Evaluator evaluator(source_, std::move(options));
        if (!moments_.step) return evaluator.instant(*common_.expr, moments_.start, &notes);
        return evaluator.range(*common_.expr, moments_.start, moments_.end, *moments_.step, &notes);
    }

    std::optional<Error> interruption() const {
        if (source_.error()) return source_.error();
        if (backend_.is_closing()) return Error{ErrorKind::Cancelled, "the agent stops"};
        if (Clock::now() > deadline_) return Error{ErrorKind::Timeout, "the query took too long"};
        return std::nullopt;
    }

    Backend& backend_;
    const QueryLimits& limits_;
    const promql::Features& features_;
    Common common_;
    Moments moments_;
    Deadline deadline_;
    FetchedSource source_;
    Costs costs_;
};

net::Response answer(const Parts& parts, const net::IncomingRequest& request, Common common,
                     const Moments& moments) {
    const auto limit = common.limit;
    Query query(parts, std::move(common), moments);
    promql::Notes notes;
    auto value = query.run(notes);
    if (!value) {
        if (value.error().kind == ErrorKind::LimitExceeded)
            parts.metrics.limit_hits("query").Increment();
        return unanswered(value.error());
    }
    if (truncate(*value, limit)) notes.warnings.emplace_back("results truncated due to limit");
    const auto stats = request.param("stats");
    if (!stats.empty() && stats != "true" && stats != "all")
        notes.warnings.push_back(
            fmt::format("value {} for parameter \"stats\" is deprecated and will be rejected "
                        "in the next major release, use \"true\" or \"all\"",
                        quoted(stats)));
    std::string data;
    append_json(data, *value);
    if (!stats.empty()) data += ",\"stats\":" + stats_json(query.costs());
    data += '}';
    return success(data, notes);
}

} // namespace

Handler query(const Parts& parts) {
    return [&parts](const net::IncomingRequest& request) {
        const auto time = time_parameter(request, "time", parts.backend.now());
        if (!time) return bad_data(time.error());
        const Moments moment{*time, *time, std::nullopt};
        auto common = read_common(request, parts, moment);
        if (!common) return bad_data(common.error());
        return answer(parts, request, *std::move(common), moment);
    };
}

Handler query_range(const Parts& parts) {
    return [&parts](const net::IncomingRequest& request) {
        const auto moments = read_range(request);
        if (!moments) return bad_data(moments.error());
        auto common = read_common(request, parts, *moments);
        if (!common) return bad_data(common.error());
        return answer(parts, request, *std::move(common), *moments);
    };
}

} // namespace keepwatch::serve
