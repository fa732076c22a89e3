#include "net/http_head.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <fmt/format.h>

// The only file that knows Beast: its parser is strict about what ends where, which is what
// security depends on. Sockets and bodies are ours.
namespace keepwatch::net {
namespace {

namespace http = boost::beast::http;

template <class Parser> Result<void> parse(Parser& parser, std::string_view head) {
    boost::system::error_code malformed;
    parser.header_limit(kHeadBytesMax);
    parser.body_limit(boost::none); // Bodies have limits of their own.
    parser.put(boost::asio::buffer(head.data(), head.size()), malformed);
    if (malformed && malformed != http::error::need_more)
        return Error{ErrorKind::Unavailable,
                     fmt::format("not a valid HTTP/1.1 head: {}", malformed.message())};
    if (!parser.is_header_done())
        return Error{ErrorKind::Unavailable, "not a complete HTTP/1.1 head"};
    return {};
}

template <class Fields> Headers copy_headers(const Fields& fields) {
    Headers headers;
    for (const auto& field : fields)
        headers.add(std::string(field.name_string()), std::string(field.value()));
    return headers;
}

template <class Parser> Framing framing_of(const Parser& parser, Framing::By otherwise) {
    if (parser.chunked()) return {Framing::By::Chunks, 0};
    if (const auto length = parser.content_length()) return {Framing::By::Length, *length};
    return {otherwise, 0};
}

bool has_no_body(unsigned status) {
    return status / 100 == 1 || status == 204 || status == 304;
}

} // namespace

std::optional<std::size_t> find_head(std::string_view bytes) {
    constexpr std::string_view end = "\r\n\r\n";
    const auto at = bytes.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    return at + end.size();
}

Result<ResponseHead> parse_response_head(std::string_view bytes) {
    http::response_parser<http::empty_body> parser;
    if (auto parsed = parse(parser, bytes); !parsed) return std::move(parsed).error();
    ResponseHead head;
    head.status = parser.get().result_int();
    head.headers = copy_headers(parser.get());
    if (!has_no_body(head.status)) head.framing = framing_of(parser, Framing::By::Close);
    head.keep_alive = parser.get().keep_alive() && head.framing.by != Framing::By::Close;
    return head;
}

Result<RequestHead> parse_request_head(std::string_view bytes) {
    http::request_parser<http::empty_body> parser;
    if (auto parsed = parse(parser, bytes); !parsed) return std::move(parsed).error();
    RequestHead head;
    head.method = std::string(parser.get().method_string());
    head.target = std::string(parser.get().target());
    head.headers = copy_headers(parser.get());
    head.framing = framing_of(parser, Framing::By::Length); // Without any: no body.
    head.keep_alive = parser.get().keep_alive();
    head.minor_version_0 = parser.get().version() == 10;
    return head;
}

} // namespace keepwatch::net
