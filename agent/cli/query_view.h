#pragma once

#include <string>
#include <string_view>

#include "model/result.h"
#include "promql/value.h"

namespace keepwatch::cli {

// A row for each element, a column for each label; of a matrix, a line for each sample.
std::string table_of(const promql::Value& value);

// The `data` of Prometheus's API, on one line.
std::string json_of(const promql::Value& value);

// The error, and where it is in the expression:
//
//     1:6: parse error: unexpected end of input
//       rate(
//            ^
std::string pointed_out(const Error& error, std::string_view expr);

} // namespace keepwatch::cli
