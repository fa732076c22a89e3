#pragma once

#include <string>
#include <string_view>

#include "model/result.h"

namespace keepwatch::promql {

// Reads a number token: decimal, hexadecimal after 0x, octal after 0 (sic: `010` is 8, as in Go's
// ParseInt that Prometheus tries first), Inf, NaN; with underscores between digits. Errors are
// Go's, as Prometheus shows them.
Result<double> read_number(std::string_view text);

// The seconds of a duration token such as `1h30m`, or Prometheus's reason why it is none.
Result<double> read_duration(std::string_view text);

// The text that a string token, with its quotes, stands for.
Result<std::string> unquote(std::string_view token);

} // namespace keepwatch::promql
