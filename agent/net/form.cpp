#include "net/form.h"

#include <algorithm>

namespace keepwatch::net {
namespace {

constexpr std::size_t kParametersMax = 10'000;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

} // namespace

std::string decode_percent(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                            hex_value(text[i + 2]) >= 0;
        if (!escape) {
            decoded += text[i];
            continue;
        }
        decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
        i += 2;
    }
    return decoded;
}

Parameters decode_form(std::string_view text) {
    Parameters parameters;
    while (!text.empty() && parameters.size() < kParametersMax) {
        const auto end = std::min(text.find('&'), text.size());
        std::string pair(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;
        std::replace(pair.begin(), pair.end(), '+', ' ');
        const auto equals = std::min(pair.find('='), pair.size());
        const auto value = std::string_view(pair).substr(std::min(equals + 1, pair.size()));
        parameters.emplace_back(decode_percent(std::string_view(pair).substr(0, equals)),
                                decode_percent(value));
    }
    return parameters;
}

} // namespace keepwatch::net
