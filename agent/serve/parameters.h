#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "model/result.h"
#include "model/time.h"
#include "net/http_server.h"
#include "series/matcher.h"

// How Prometheus's HTTP API writes its parameters. Errors have Prometheus's wording.
namespace keepwatch::serve {

// Before and after everything, and what stands where no time is given:
// `-292273086-05-16T16:47:06Z` and `292277025-08-18T07:12:54.999999999Z`.
inline constexpr Timestamp kMinTime{-9'223'309'901'257'974'000};
inline constexpr Timestamp kMaxTime{9'223'309'901'257'974'999};

// Decimal Unix seconds, RFC 3339, or one of the two spellings above.
Result<Timestamp> parse_api_time(std::string_view text);

// The same of a parameter that may be absent.
Result<Timestamp> time_parameter(const net::IncomingRequest& request, std::string_view name,
                                 Timestamp otherwise);

// Decimal seconds or Prometheus's notation. In nanoseconds, because what is below a millisecond is
// still not zero.
Result<std::int64_t> parse_api_duration(std::string_view text);

// 0 means no limit.
Result<std::size_t> limit_parameter(const net::IncomingRequest& request);

// A whole number, negative ones too; nothing if the parameter is not given.
Result<std::optional<std::int64_t>> number_parameter(const net::IncomingRequest& request,
                                                     std::string_view name);

// How long a query may take; nothing if it is not said.
Result<std::optional<Duration>> timeout_parameter(const net::IncomingRequest& request);

// The conditions that a selector states.
Result<std::vector<series::Matcher>> parse_selector(std::string_view text);

// Of each parameter `match[]`, its conditions. Each must ask for something.
using MatcherSets = std::vector<std::vector<series::Matcher>>;
Result<MatcherSets> match_parameters(const net::IncomingRequest& request);

// `invalid parameter "time": …`
Error invalid_parameter(std::string_view name, std::string_view why);

} // namespace keepwatch::serve
