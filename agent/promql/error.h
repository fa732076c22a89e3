#pragma once

#include <string>
#include <string_view>

#include "model/labels.h"
#include "model/result.h"

namespace keepwatch::promql {

// The errorType of Prometheus's HTTP API for an error of parse() or of an Evaluator. What is wrong
// with the text has a place in it (Error::at) and is "bad_data"; what went wrong with the data has
// none and is "execution", a limit too; "timeout" and "canceled" come from Options::interrupted.
std::string_view api_error_type(const Error& error);

// Labels as errors show them: `{__name__="up", job="kafka"}`.
std::string shown(const Labels& labels);

// An error met while evaluating, such as two series that match where one may.
Error execution_error(std::string message);

} // namespace keepwatch::promql
