#pragma once

#include <string_view>

#include "model/result.h"

namespace keepwatch::promql {

// The errorType of Prometheus's HTTP API for an error of parse() or of an Evaluator. What is wrong
// with the text has a place in it (Error::at) and is "bad_data"; what went wrong with the data has
// none and is "execution", a limit too; "timeout" and "canceled" come from Options::interrupted.
std::string_view api_error_type(const Error& error);

// An error met while evaluating, such as two series that match where one may.
Error execution_error(std::string message);

} // namespace keepwatch::promql
