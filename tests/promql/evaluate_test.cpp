#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "model/number.h"
#include "promql/error.h"
#include "promql/evaluate.h"
#include "promql/parse.h"
#include "series/archive_store.h"

namespace keepwatch::promql {
namespace {

// Two brokers, a sample a minute from 0 to 10m, of the value of its minute and ten times that.
series::ArchiveStore brokers() {
    series::ArchiveStore store;
    for (int minute = 0; minute <= 10; ++minute) {
        const Timestamp t{minute * 60'000};
        store.append({{"__name__", "lag"}, {"broker", "1"}}, t, minute);
        store.append({{"__name__", "lag"}, {"broker", "2"}}, t, minute * 10);
    }
    return store;
}

std::string shown(const VectorValue& vector) {
    std::string text;
    for (const auto& element : vector)
        text += element.labels.to_string() + "=" + format_number(element.value) + " ";
    return text;
}

std::string shown(const Result<Value>& value) {
    if (!value)
        return std::string(api_error_type(value.error())) + ": " + value.error().to_string();
    if (const auto* vector = std::get_if<VectorValue>(&*value)) return shown(*vector);
    if (const auto* scalar = std::get_if<ScalarValue>(&*value)) return format_number(scalar->value);
    return "other";
}

std::string asked(const series::SeriesSource& source, std::string_view text, Timestamp at,
                  Options options = {}) {
    const auto expr = parse(text);
    REQUIRE(expr);
    return shown(Evaluator(source, std::move(options)).instant(**expr, at));
}

bool is_incomplete(const series::SeriesSource& source, std::string_view text, Timestamp at) {
    const auto expr = parse(text);
    REQUIRE(expr);
    Notes notes;
    REQUIRE(Evaluator(source).instant(**expr, at, &notes));
    return notes.is_incomplete;
}

constexpr Timestamp kTenMinutes{600'000};

} // namespace

TEST_CASE("promql::Evaluator: elements carry the evaluation time") {
    const auto store = brokers();
    const auto value = Evaluator(store).instant(**parse("lag"), kTenMinutes + seconds(30));
    REQUIRE(value);
    for (const auto& element : std::get<VectorValue>(*value))
        CHECK(element.t == kTenMinutes + seconds(30));
}

TEST_CASE("promql::Evaluator: the lookback is an option") {
    const auto store = brokers();
    const auto later = kTenMinutes + seconds(90);
    CHECK(asked(store, "lag", later) == "lag{broker=\"1\"}=10 lag{broker=\"2\"}=100 ");
    CHECK(asked(store, "lag", later, {.lookback = minutes(1)}) == "");
}

TEST_CASE("promql::Evaluator: the default step of subqueries is an option") {
    const auto store = brokers();
    const auto text = "count_over_time(lag{broker=\"1\"}[5m:])";
    CHECK(asked(store, text, kTenMinutes) == "{broker=\"1\"}=5 ");
    CHECK(asked(store, text, kTenMinutes, {.default_step = seconds(30)}) == "{broker=\"1\"}=10 ");
}

TEST_CASE("promql::Evaluator: a range query gives a matrix sorted by labels") {
    const auto store = brokers();
    const auto value = Evaluator(store).range(**parse("-lag"), {0}, Timestamp{120'000}, minutes(1));
    REQUIRE(value);
    const auto& matrix = std::get<MatrixValue>(*value);
    REQUIRE(matrix.size() == 2);
    CHECK(matrix[0].labels.to_string() == "{broker=\"1\"}");
    REQUIRE(matrix[1].samples.size() == 3);
    CHECK(matrix[1].samples[2].t == Timestamp{120'000});
    CHECK(matrix[1].samples[2].value == -20);
}

TEST_CASE("promql::Evaluator: refuses grids that make no sense") {
    const auto store = brokers();
    const auto lag = *parse("lag");
    const auto range = [&](Timestamp start, Timestamp end, Duration step) {
        return shown(Evaluator(store).range(*lag, start, end, step));
    };
    CHECK(range({0}, {1}, {0}) ==
          "execution: zero or negative query resolution step widths are not accepted");
    CHECK(range({1}, {0}, {1}) == "execution: end timestamp must not be before start time");
    CHECK(range({0}, {1'000'000}, {1}) ==
          "execution: query has 1000001 steps, at most 1000000 are evaluated");
    CHECK(shown(Evaluator(store).range(**parse("lag offset range()"), {INT64_MIN}, {INT64_MAX},
                                       {1})) ==
          "execution: evaluation time -9223372036854775808 ms is out of bounds");
    CHECK(asked(store, "lag", {INT64_MAX}) ==
          "execution: evaluation time 9223372036854775807 ms is out of bounds");
    CHECK(asked(store, "lag offset 200y @ 3e15", {0}) == "");
}

TEST_CASE("promql::Evaluator: a limit hit anywhere below surfaces above") {
    const auto store = brokers();
    const Options tight{.limits = {.samples_max = 3}};
    const auto* too_many = "execution: query processing would load too many samples into memory in "
                           "query execution";
    CHECK(asked(store, "1 + sum(max_over_time(lag[10m]))", kTenMinutes, tight) == too_many);
    CHECK(asked(store, "lag", kTenMinutes, tight) == "lag{broker=\"1\"}=10 lag{broker=\"2\"}=100 ");
    CHECK(asked(store, "sum(max_over_time(lag[10m:1m]))", kTenMinutes, tight) == too_many);
    CHECK(shown(Evaluator(store, tight).range(**parse("lag"), {0}, kTenMinutes, minutes(1))) ==
          too_many);
    const Options few_steps{.limits = {.steps_max = 10}};
    CHECK(asked(store, "max_over_time(lag[10m:1s])", kTenMinutes, few_steps) ==
          "execution: subquery has 600 steps, at most 10 are evaluated");
}

TEST_CASE("promql::Evaluator: ends when it is interrupted") {
    const auto store = brokers();
    int asked_times = 0;
    const Options impatient{.interrupted = [&]() -> std::optional<Error> {
        if (++asked_times < 3) return std::nullopt;
        return Error{ErrorKind::Timeout, "query timed out in query execution"};
    }};
    CHECK(shown(Evaluator(store, impatient).range(**parse("lag"), {0}, kTenMinutes, minutes(1))) ==
          "timeout: query timed out in query execution");
    CHECK(asked_times == 3);
}

TEST_CASE("promql::api_error_type: tells the text's faults from the data's") {
    CHECK(api_error_type(parse("1+").error()) == "bad_data");
    CHECK(api_error_type(execution_error("two series match")) == "execution");
    CHECK(api_error_type({ErrorKind::LimitExceeded, "too many"}) == "execution");
    CHECK(api_error_type({ErrorKind::Timeout, "late"}) == "timeout");
    CHECK(api_error_type({ErrorKind::Cancelled, "stopped"}) == "canceled");
}

TEST_CASE("promql::Notes: an answer is incomplete if it reached before the known history") {
    auto store = brokers();
    store.set_known_since({120'000});
    CHECK(is_incomplete(store, "rate(lag[10m])", kTenMinutes));
    CHECK_FALSE(is_incomplete(store, "rate(lag[8m])", kTenMinutes));
    CHECK(is_incomplete(store, "max_over_time(rate(lag[5m])[5m:])", kTenMinutes));
    CHECK(is_incomplete(store, "lag[1m] @ 0", kTenMinutes));
    // A selector that found something has its answer; one that found nothing may have missed it.
    CHECK_FALSE(is_incomplete(store, "lag", {180'000}));
    CHECK_FALSE(is_incomplete(store, "missing", {180'000}));
    // A marker of a series' end is an answer too.
    store.append({{"__name__", "ended"}}, {150'000}, stale_marker());
    CHECK_FALSE(is_incomplete(store, "ended", {180'000}));
}

TEST_CASE("promql::Notes: each note is given once") {
    const auto store = brokers();
    Notes notes;
    REQUIRE(Evaluator(store).range(**parse("rate(lag[5m])"), {0}, kTenMinutes, minutes(1), &notes));
    CHECK(notes.infos.size() == 1);
}

TEST_CASE("promql::StandingQuery: gives what a single query gives, as data and series grow") {
    auto store = brokers();
    const auto expr = *parse("sum(max_over_time(lag[2m])) + sum(max_over_time(lag[3m:1m]))");
    StandingQuery standing(store, expr);
    const auto same_at = [&](Timestamp t) {
        CHECK(shown(standing.at(t)) == shown(Evaluator(store).instant(*expr, t)));
    };
    same_at({300'000});
    same_at(kTenMinutes);
    store.append({{"__name__", "lag"}, {"broker", "1"}}, kTenMinutes + minutes(1), 77);
    same_at(kTenMinutes + minutes(1));
    store.append({{"__name__", "lag"}, {"broker", "3"}}, kTenMinutes + minutes(1), 1000);
    same_at(kTenMinutes + minutes(1));
    same_at({60'000});
    CHECK(shown(standing.at(kTenMinutes + minutes(1))) == "{}=2354 ");
}

} // namespace keepwatch::promql
