#include "net/message.h"

#include <algorithm>
#include <array>

namespace keepwatch::net {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

struct Reason {
    unsigned status;
    std::string_view phrase;
};
constexpr std::array<Reason, 26> kReasons{{{100, "Continue"},
                                           {200, "OK"},
                                           {201, "Created"},
                                           {202, "Accepted"},
                                           {204, "No Content"},
                                           {301, "Moved Permanently"},
                                           {302, "Found"},
                                           {303, "See Other"},
                                           {304, "Not Modified"},
                                           {307, "Temporary Redirect"},
                                           {308, "Permanent Redirect"},
                                           {400, "Bad Request"},
                                           {401, "Unauthorized"},
                                           {403, "Forbidden"},
                                           {404, "Not Found"},
                                           {405, "Method Not Allowed"},
                                           {408, "Request Timeout"},
                                           {413, "Content Too Large"},
                                           {415, "Unsupported Media Type"},
                                           {422, "Unprocessable Content"},
                                           {429, "Too Many Requests"},
                                           {431, "Request Header Fields Too Large"},
                                           {500, "Internal Server Error"},
                                           {502, "Bad Gateway"},
                                           {503, "Service Unavailable"},
                                           {504, "Gateway Timeout"}}};

} // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

void Headers::add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
}

std::string_view Headers::get(std::string_view name) const {
    for (const auto& [field, value] : fields_)
        if (equals_ignoring_case(field, name)) return value;
    return {};
}

bool Headers::has(std::string_view name) const {
    return std::any_of(fields_.begin(), fields_.end(), [name](const auto& field) {
        return equals_ignoring_case(field.first, name);
    });
}

Response::Response(unsigned with_status, std::string content_type, std::string with_body)
    : status(with_status), body(std::move(with_body)) {
    headers.add("Content-Type", std::move(content_type));
}

std::string_view reason_phrase(unsigned status) {
    const auto* found =
        std::find_if(kReasons.begin(), kReasons.end(),
                     [status](const Reason& reason) { return reason.status == status; });
    return found == kReasons.end() ? std::string_view() : found->phrase;
}

} // namespace keepwatch::net
