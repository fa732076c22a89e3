#include "exposition/families.h"

#include <algorithm>

#include "exposition/metadata.h"
#include "exposition/series_text.h"
#include "model/utf8.h"

namespace keepwatch::exposition {
namespace {

std::string_view take_line(std::string_view& page) {
    const auto end = std::min(page.find('\n'), page.size());
    const auto line = page.substr(0, end);
    page.remove_prefix(std::min(end + 1, page.size()));
    return line;
}

void note(std::string_view line, Families& families, const FamilyLimits& limits) {
    constexpr std::size_t kKeyword = 5; // "TYPE " and the like.
    const auto keyword = line.substr(0, std::min(kKeyword, line.size()));
    if (keyword != "TYPE " && keyword != "HELP " && keyword != "UNIT ") return;
    MetadataLine parsed;
    if (parse_metadata(line.substr(kKeyword), parsed)) return;
    auto known = families.find(parsed.name);
    if (known == families.end()) {
        if (families.size() >= limits.families_max) return;
        known = families.emplace(std::string(parsed.name), Family{"unknown", "", ""}).first;
    }
    const auto text = parsed.text.substr(std::min<std::size_t>(1, parsed.text.size()));
    auto& [type, help, unit] = known->second;
    // What the text format calls untyped is what all others call unknown.
    if (keyword == "TYPE ") type = text == "untyped" ? "unknown" : text;
    if (keyword == "HELP ") help = unescape(utf8_prefix(text, limits.help_bytes_max));
    if (keyword == "UNIT ") unit = text;
}

} // namespace

Families read_families(std::string_view page, PageFormat format, const FamilyLimits& limits) {
    Families families;
    if (format == PageFormat::ZookeeperWords) return families; // It has no such lines.
    while (!page.empty()) {
        const auto line = take_line(page);
        if (line.starts_with("# ")) note(line.substr(2), families, limits);
    }
    return families;
}

} // namespace keepwatch::exposition
