#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "model/result.h"
#include "model/url.h"

namespace keepwatch::net {

namespace asio = boost::asio;

struct TlsOptions {
    std::string ca_file; // PEM; trusted besides the certificates that the system trusts. "": none.
    // PEM; shown to servers that ask who we are. "": nobody.
    std::string certificate_file;
    std::string key_file; // "": it is in the certificate's file.
};

// By which way connections leave this host, and where they may not lead.
struct Egress {
    // An http:// proxy that opens tunnels (CONNECT), also for plain HTTP; nullopt: straight.
    std::optional<Url> proxy;
    // Hosts that are reached without it: a name with all below it, an address, or `*`. This host
    // itself always is.
    std::vector<std::string> no_proxy;
    // Whether addresses are refused that only lead to neighbours on the wire or to a cloud's
    // metadata, where a URL that somebody else chose would fetch credentials. What a proxy looks up
    // is the proxy's matter.
    bool refuse_link_local = false;
};

bool goes_by_proxy(const Egress& egress, const Url& to);

// 169.254.0.0/16, fe80::/10, also within ::ffff:0:0/96, and the addresses outside these at which
// clouds serve metadata: fd00:ec2::254 and 100.100.100.200.
bool is_link_local(const asio::ip::address& address);

// Asks a proxy at the other end for a tunnel; afterwards the socket speaks to `to`. RFC 9110 9.3.6.
// Errors begin with `proxy: `. The socket outlives the call.
asio::awaitable<Result<void>> open_tunnel(asio::ip::tcp::socket& socket, Url to);

} // namespace keepwatch::net
