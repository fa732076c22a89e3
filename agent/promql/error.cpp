#include "promql/error.h"

namespace keepwatch::promql {

std::string_view api_error_type(const Error& error) {
    switch (error.kind) {
    case ErrorKind::Timeout:
        return "timeout";
    case ErrorKind::Cancelled:
        return "canceled";
    case ErrorKind::InvalidInput:
        return error.at.line > 0 ? "bad_data" : "execution";
    default:
        return "execution";
    }
}

Error execution_error(std::string message) {
    return {ErrorKind::InvalidInput, std::move(message)};
}

} // namespace keepwatch::promql
