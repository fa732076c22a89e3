#include "notify/post.h"

#include <string>
#include <utility>

namespace keepwatch::notify {

Result<net::Request> post_to(const config::Sink& sink, std::string_view service) {
    std::string address(service);
    if (sink.url.is_set() || service.empty()) {
        KW_TRY(const auto own, sink.url.read());
        address = own.reveal();
    }
    KW_TRY(auto url, parse_url(address));
    net::Request request("POST", std::move(url));
    request.timeout = sink.timeout;
    return request;
}

Result<void> add_token(const config::Sink& sink, net::Request& request) {
    if (!sink.key.is_set()) return {};
    KW_TRY(const auto token, sink.key.read());
    request.headers.add("Authorization", "Bearer " + token.reveal());
    return {};
}

} // namespace keepwatch::notify
