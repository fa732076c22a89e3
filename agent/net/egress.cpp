#include "net/egress.h"

#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include "net/io_error.h"
#include "net/no_throw.h"

namespace keepwatch::net {
namespace {

constexpr std::size_t kReplyBytesMax = 16 << 10;

bool is_link_local(const asio::ip::address_v4& address) {
    const auto bytes = address.to_bytes();
    const bool neighbours = bytes[0] == 169 && bytes[1] == 254;
    return neighbours || address == asio::ip::make_address_v4("100.100.100.200");
}

bool covers(std::string_view entry, std::string_view host) {
    if (entry == "*") return true;
    if (entry.starts_with('.')) entry.remove_prefix(1);
    if (!host.ends_with(entry)) return false;
    const auto above = host.size() - entry.size();
    return above == 0 || host[above - 1] == '.';
}

} // namespace

bool goes_by_proxy(const Egress& egress, const Url& to) {
    if (!egress.proxy || to.is_loopback()) return false;
    return std::none_of(egress.no_proxy.begin(), egress.no_proxy.end(),
                        [&](const std::string& entry) { return covers(entry, to.host); });
}

bool is_link_local(const asio::ip::address& address) {
    if (address.is_v4()) return is_link_local(address.to_v4());
    const auto six = address.to_v6();
    if (six.is_v4_mapped())
        return is_link_local(asio::ip::make_address_v4(asio::ip::v4_mapped, six));
    return six.is_link_local() || six == asio::ip::make_address_v6("fd00:ec2::254");
}

asio::awaitable<Result<void>> open_tunnel(asio::ip::tcp::socket& socket, Url to) {
    const auto there = fmt::format("{}:{}", to.bracketed_host(), to.port);
    const auto request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", there);
    const auto bytes = asio::buffer(request);
    const auto [unsent, sent] = co_await asio::async_write(socket, bytes, kNoThrow);
    if (unsent) co_return io_error("proxy", unsent);
    std::string reply;
    auto buffer = asio::dynamic_buffer(reply, kReplyBytesMax);
    const auto [unread, length] =
        co_await asio::async_read_until(socket, buffer, "\r\n\r\n", kNoThrow);
    if (unread) co_return io_error("proxy", unread);
    // `HTTP/1.1 200 Connection established`
    const auto line = std::string_view(reply).substr(0, reply.find('\r'));
    if (line.starts_with("HTTP/1.") &&
        line.substr(std::min<std::size_t>(8, line.size()), 2) == " 2")
        co_return Result<void>();
    co_return Error{ErrorKind::Unavailable, fmt::format("proxy: it opens no tunnel: {}", line)};
}

} // namespace keepwatch::net
