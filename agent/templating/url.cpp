#include "templating/url.h"

#include <algorithm>

#include <fmt/format.h>

namespace keepwatch::templating {

std::string query_escape(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain)
            escaped += c;
        else if (c == ' ')
            escaped += '+';
        else
            escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return escaped;
}

std::string_view path_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme != std::string_view::npos) {
        url.remove_prefix(scheme + 3);
        url.remove_prefix(std::min(url.find_first_of("/?#"), url.size()));
    }
    return url.substr(0, url.find_first_of("?#"));
}

} // namespace keepwatch::templating
