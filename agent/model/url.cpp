#include "model/url.h"

#include <array>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

namespace keepwatch {
namespace {

namespace urls = boost::urls;

struct Scheme {
    std::string_view name;
    std::uint16_t port;
};
constexpr std::array<Scheme, 3> kSchemes{{{"http", 80}, {"https", 443}, {"zookeeper", 2181}}};

std::uint16_t usual_port(std::string_view scheme) {
    for (const auto& known : kSchemes)
        if (known.name == scheme) return known.port;
    return 0;
}

std::string lower(std::string_view text) {
    std::string lowered(text);
    for (char& c : lowered)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lowered;
}

Error invalid(std::string_view what) {
    return {ErrorKind::InvalidInput, std::string(what)};
}

// What RFC 3986 allows and we do not.
const char* objection(const urls::url_view& url) {
    if (!url.has_authority() || url.encoded_host().empty())
        return "must be a URL with a host, such as http://127.0.0.1:7071/metrics";
    if (url.has_userinfo()) return "must not hold a user name or a password";
    if (url.has_fragment()) return "must not have a fragment (#…)";
    if (url.has_port() && url.port_number() == 0) return "must have a port from 1 to 65535";
    if (url.host_type() == urls::host_type::ipvfuture || url.encoded_host().contains('%'))
        return "must have a plain host name or an IP address";
    return nullptr;
}

} // namespace

bool Url::is_loopback() const {
    if (host == "localhost" || host == "::1") return true;
    return host.starts_with("127.") && host.find_first_not_of(".0123456789") == std::string::npos;
}

std::string Url::bracketed_host() const {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::string Url::authority() const {
    if (port == 0 || port == usual_port(scheme)) return bracketed_host();
    return fmt::format("{}:{}", bracketed_host(), port);
}

std::string Url::origin() const {
    return fmt::format("{}://{}:{}", scheme, host, port);
}

Result<Url> parse_url(std::string_view text) {
    const auto parsed = urls::parse_uri(urls::string_view(text.data(), text.size()));
    if (!parsed) return invalid("must be a URL such as http://127.0.0.1:7071/metrics");
    if (const auto* why = objection(*parsed)) return invalid(why);

    Url url;
    url.scheme = lower(std::string_view(parsed->scheme().data(), parsed->scheme().size()));
    const auto host = parsed->encoded_host();
    url.host = lower(std::string_view(host.data(), host.size()));
    if (url.host.front() == '[') url.host = url.host.substr(1, url.host.size() - 2);
    url.port = parsed->has_port() ? parsed->port_number() : usual_port(url.scheme);
    const auto target = parsed->encoded_target();
    url.target = std::string(target.data(), target.size());
    if (url.target.empty() || url.target.front() != '/') url.target.insert(0, "/");
    return url;
}

} // namespace keepwatch
