#include "promql/error.h"

#include <fmt/format.h>

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

std::string shown(const Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels)
        text += fmt::format("{}{}={}", text.empty() ? "" : ", ",
                            is_plain_label_name(name) ? std::string(name) : quoted(name),
                            quoted(value));
    return "{" + text + "}";
}

Error execution_error(std::string message) {
    return {ErrorKind::InvalidInput, std::move(message)};
}

} // namespace keepwatch::promql
