#include "notify/slack_text.h"

#include <algorithm>

#include "model/utf8.h"

namespace keepwatch::notify {
namespace {

constexpr std::string_view kEllipsis = "…";
constexpr std::size_t kLinkBytesMax = 3000; // Of a button's url.

std::string_view escaped(char c, std::string_view itself) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    default:
        break;
    }
    const auto byte = static_cast<unsigned char>(c);
    const bool control = (byte < 0x20 && c != '\n') || byte == 0x7f;
    return control ? " " : itself;
}

// One character of valid UTF-8, with its following bytes.
std::string_view character_at(std::string_view text, std::size_t at) {
    auto end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) ++end;
    return text.substr(at, end - at);
}

} // namespace

std::string slack_text(std::string_view text, std::size_t bytes_max) {
    const auto valid = valid_utf8(utf8_prefix(text, bytes_max + 1)); // No more is needed to see.
    std::string safe;
    std::size_t fits = 0; // How much of it leaves room for the ellipsis.
    for (std::size_t at = 0; at < valid.size();) {
        const auto character = character_at(valid, at);
        safe += escaped(character.front(), character);
        at += character.size();
        if (safe.size() + kEllipsis.size() <= bytes_max) fits = safe.size();
        if (safe.size() > bytes_max) return safe.substr(0, fits).append(kEllipsis);
    }
    return safe;
}

std::string slack_code(std::string_view text, std::size_t bytes_max) {
    auto safe = slack_text(text, bytes_max - 2);
    std::replace(safe.begin(), safe.end(), '`', '\'');
    std::replace(safe.begin(), safe.end(), '\n', ' ');
    return safe.empty() ? safe : "`" + safe + "`";
}

std::string slack_code_block(std::string_view text, std::size_t bytes_max) {
    auto safe = slack_text(text, bytes_max - 8);
    std::replace(safe.begin(), safe.end(), '`', '\'');
    return "```\n" + safe + "\n```";
}

bool is_slack_link(std::string_view url) {
    if (!url.starts_with("http://") && !url.starts_with("https://")) return false;
    return url.size() <= kLinkBytesMax && std::all_of(url.begin(), url.end(), [](char c) {
               return c > ' ' && c < '\x7f' && c != '<' && c != '>' && c != '|' && c != '"';
           });
}

} // namespace keepwatch::notify
