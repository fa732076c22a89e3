#include "net/http_writing.h"

#include <iterator>

#include <fmt/format.h>

namespace keepwatch::net {
namespace {

// A line break inside a value would begin a field of its own.
std::string one_line(std::string value) {
    for (char& c : value)
        if (c == '\r' || c == '\n' || c == '\0') c = ' ';
    return value;
}

void append_fields(std::string& head, const Headers& headers) {
    for (const auto& [name, value] : headers)
        fmt::format_to(std::back_inserter(head), "{}: {}\r\n", one_line(name), one_line(value));
}

} // namespace

std::string request_head(const std::string& method, const Url& url, const Headers& headers,
                         std::size_t body_bytes) {
    auto head = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: keepwatch/{}\r\n", method,
                            url.target, url.authority(), KEEPWATCH_VERSION);
    append_fields(head, headers);
    if (method != "GET")
        fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", body_bytes);
    return head + "\r\n";
}

std::string response_head(const Response& response, bool keep_alive) {
    auto head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
    append_fields(head, response.headers);
    if (response.status != 204 && response.status != 304)
        fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body.size());
    return head + (keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

} // namespace keepwatch::net
