#include "exposition/metadata.h"

#include <algorithm>

#include "model/labels.h"

namespace keepwatch::exposition {

namespace {

std::size_t name_length(std::string_view line) {
    if (!line.starts_with('"')) return std::min(line.find_first_of(" \t"), line.size());
    std::size_t at = 1;
    while (at < line.size() && line[at] != '"') at += line[at] == '\\' ? 2 : 1;
    return at < line.size() ? at + 1 : 0;
}

} // namespace

std::optional<Fault> parse_metadata(std::string_view line, MetadataLine& into) {
    const auto name = line.substr(0, name_length(line));
    const bool in_quotes = name.starts_with('"');
    if (!in_quotes && !is_plain_metric_name(name))
        return Fault{0, "expected a metric name, got " + seen_at(line, 0)};
    into.name = in_quotes ? name.substr(1, name.size() - 2) : name;
    into.text = line.substr(name.size());
    return std::nullopt;
}

std::optional<Fault> check_type(std::string_view text, std::span<const std::string_view> types) {
    const std::size_t start = std::min<std::size_t>(1, text.size());
    const auto type = text.substr(start);
    if (std::find(types.begin(), types.end(), type) != types.end()) return std::nullopt;
    std::string message = "expected a type, which is one of";
    for (const auto known : types)
        message += (known == types.front() ? " " : ", ") + std::string(known);
    return Fault{start,
                 message + "; got " + (type.empty() ? "nothing" : quoted(type.substr(0, 32)))};
}

std::optional<Fault> check_help(std::string_view text) {
    if (is_utf8(text)) return std::nullopt;
    return Fault{1, "the help text is not UTF-8"};
}

} // namespace keepwatch::exposition
