#include "serve/parameters.h"

#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "model/number.h"
#include "promql/parse.h"

namespace keepwatch::serve {
namespace {

constexpr std::string_view kMinTimeText = "-292273086-05-16T16:47:06Z";
constexpr std::string_view kMaxTimeText = "292277025-08-18T07:12:54.999999999Z";

Error bad(std::string message) {
    return {ErrorKind::InvalidInput, std::move(message)};
}

} // namespace

Error invalid_parameter(std::string_view name, std::string_view why) {
    return bad(fmt::format("invalid parameter \"{}\": {}", name, why));
}

Result<Timestamp> parse_api_time(std::string_view text) {
    if (text == kMinTimeText) return kMinTime;
    if (text == kMaxTimeText) return kMaxTime;
    return parse_timestamp(text);
}

Result<Timestamp> time_parameter(const net::IncomingRequest& request, std::string_view name,
                                 Timestamp otherwise) {
    const auto text = request.param(name);
    if (text.empty()) return otherwise;
    auto time = parse_api_time(text);
    if (time) return time;
    return invalid_parameter(
        name, fmt::format("invalid time value for '{}': {}", name, time.error().message));
}

Result<std::int64_t> parse_api_duration(std::string_view text) {
    constexpr double kNanoseconds = 1e9;
    constexpr double kTooMany = 9223372036854775808.0; // 2^63.
    if (const auto seconds = parse_number(text)) {
        const double ns = *seconds * kNanoseconds;
        if (std::isnan(ns) || ns >= kTooMany || ns < -kTooMany)
            return bad(fmt::format("cannot parse {} to a valid duration. It overflows int64",
                                   quoted(text)));
        return static_cast<std::int64_t>(ns);
    }
    constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;
    const auto duration = parse_duration(text);
    if (!duration ||
        duration->ms > std::numeric_limits<std::int64_t>::max() / kNanosecondsPerMillisecond)
        return bad(fmt::format("cannot parse {} to a valid duration", quoted(text)));
    return duration->ms * kNanosecondsPerMillisecond;
}

Result<std::size_t> limit_parameter(const net::IncomingRequest& request) {
    const auto text = request.param("limit");
    if (text.empty()) return std::size_t{0};
    std::int64_t limit = 0;
    const auto digits = text.substr(text.starts_with('+') ? 1 : 0);
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), limit);
    const auto refused = [&](std::string_view why) {
        return invalid_parameter("limit",
                                 fmt::format("strconv.Atoi: parsing {}: {}", quoted(text), why));
    };
    if (failed == std::errc::result_out_of_range) return refused("value out of range");
    if (failed != std::errc() || end != digits.data() + digits.size())
        return refused("invalid syntax");
    if (limit < 0) return invalid_parameter("limit", "limit must be non-negative");
    return static_cast<std::size_t>(limit);
}

Result<std::optional<std::int64_t>> number_parameter(const net::IncomingRequest& request,
                                                     std::string_view name) {
    const auto text = request.param(name);
    if (text.empty()) return std::optional<std::int64_t>();
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size())
        return Error{ErrorKind::InvalidInput, fmt::format("{} must be a number", name)};
    return std::optional(number);
}

Result<std::optional<Duration>> timeout_parameter(const net::IncomingRequest& request) {
    const auto text = request.param("timeout");
    if (text.empty()) return std::optional<Duration>();
    const auto ns = parse_api_duration(text);
    if (!ns) return invalid_parameter("timeout", ns.error().message);
    if (*ns <= 0)
        return invalid_parameter("timeout",
                                 fmt::format("timeout must be positive, got {}s",
                                             format_number(static_cast<double>(*ns) / 1e9)));
    // Rounded up, so that what is positive stays so.
    return std::optional<Duration>(milliseconds((*ns - 1) / 1'000'000 + 1));
}

Result<std::vector<series::Matcher>> parse_selector(std::string_view text) {
    const auto expr = promql::parse(text);
    if (!expr) {
        auto why = expr.error().to_string();
        // The parser minds this too, but the API has words of its own for it.
        if (why.ends_with("must contain at least one non-empty matcher"))
            why = "match[] must contain at least one non-empty matcher";
        return bad(std::move(why));
    }
    const auto* selector = std::get_if<promql::VectorSelector>(&(*expr)->node);
    if (selector == nullptr || selector->is_range())
        return bad(fmt::format("1:1: parse error: {} is not a series selector", quoted(text)));
    return selector->matchers;
}

Result<MatcherSets> match_parameters(const net::IncomingRequest& request) {
    MatcherSets sets;
    for (const auto text : request.params("match[]")) {
        KW_TRY(auto matchers, parse_selector(text));
        sets.push_back(std::move(matchers));
    }
    return sets;
}

} // namespace keepwatch::serve
