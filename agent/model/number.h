#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace keepwatch {

// The shortest decimal that reads back as the same double, never with an exponent, as Prometheus
// writes values in its API (Go's FormatFloat(v, 'f', -1, 64)): "0.1", "1000000", "+Inf", "NaN".
std::string format_number(double value);

// As Go's %v does: like format_number, but with an exponent below 1e-4 and from 1e6 on: "1e+06".
std::string format_number_go(double value);

// Reads what Prometheus's text parsers accept as a float: decimal with optional sign and exponent,
// and Inf, Infinity, NaN in any case; NaN without a sign. What is too small becomes 0, what is too
// large is refused, and so are hexadecimal digits and underscores.
std::optional<double> parse_number(std::string_view text);

} // namespace keepwatch
