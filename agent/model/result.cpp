#include "model/result.h"

#include <fmt/format.h>

namespace keepwatch {

Error Error::within(std::string_view place) && {
    message.insert(0, std::string(place) + ": ");
    return std::move(*this);
}

std::string Error::to_string() const {
    if (at.file.empty() && at.line == 0) return message;
    std::string where = at.file;
    if (at.line != 0) where += fmt::format("{}{}", where.empty() ? "" : ":", at.line);
    if (at.line != 0 && at.column != 0) where += fmt::format(":{}", at.column);
    return where + ": " + message;
}

} // namespace keepwatch
