#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/result.h"

namespace keepwatch {

// An absolute URL with an authority, taken apart for whoever connects.
struct Url {
    std::string scheme;     // Lower case: "http", "https", "zookeeper".
    std::string host;       // Name or address, lower case; an IPv6 address without its brackets.
    std::uint16_t port = 0; // As written, or the scheme's own; 0 if it has none.
    std::string target;     // Path and query as a request line wants them: "/metrics?name=a".

    bool is_loopback() const;
    std::string authority() const;      // For the Host header: the port only where it is not usual.
    std::string bracketed_host() const; // An IPv6 address in brackets, as before a port.
    // Which connections can be shared: scheme, host and port.
    std::string origin() const;
    bool operator==(const Url&) const = default;
};

// Errors say what a URL should have had, and never repeat it: it may be a secret. User names and
// passwords in URLs are refused, because they would end up in logs of proxies; fragments mean
// nothing to a server and are refused too.
Result<Url> parse_url(std::string_view text);

} // namespace keepwatch
