#include "alert/yaml_map.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/table_reader.h"

namespace keepwatch::alert {

YamlFile::YamlFile(std::string_view text, std::string name, std::vector<Error>& errors)
    : name_(std::move(name)), errors_(errors) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines_.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

std::string_view YamlFile::line(std::size_t number) const {
    return number < lines_.size() ? lines_[number] : std::string_view();
}

void YamlFile::fail(const Location& at, std::string message) {
    if (errors_.size() < config::kErrorsMax)
        errors_.push_back({ErrorKind::InvalidInput, std::move(message), at});
}

Location YamlFile::at(const YAML::Node& node) const {
    const auto mark = node.Mark();
    if (mark.is_null()) return {.file = name_, .line = 0, .column = 0};
    return {.file = name_,
            .line = static_cast<std::uint32_t>(mark.line) + 1,
            .column = static_cast<std::uint32_t>(mark.column) + 1};
}

Place YamlFile::inside(const YAML::Node& scalar) const {
    const auto begin = at(scalar);
    std::string value = scalar.IsScalar() ? scalar.Scalar() : std::string();
    while (value.ends_with('\n')) value.pop_back();
    return [this, begin, value](std::uint32_t row, std::uint32_t column) -> Location {
        if (row == 0 || begin.line == 0) return begin;
        const auto first = line(begin.line - 1);
        const auto written = first.substr(std::min<std::size_t>(begin.column - 1, first.size()));
        if (written.starts_with('|')) return inside_block(begin, value, row, column);
        const std::uint32_t quote = written.starts_with('"') || written.starts_with('\'') ? 1 : 0;
        const bool as_written =
            value.find('\n') == std::string::npos && written.substr(quote).starts_with(value);
        if (!as_written) return {};
        const auto last = static_cast<std::uint32_t>(value.size()) + 1;
        const auto place = begin.column + quote + (row == 1 ? std::min(column, last) : last) - 1;
        return {begin.file, begin.line, place};
    };
}

// The lines of a literal block follow the `|` as they are, each behind the same indentation. What
// lies behind the last of them, such as the end of the text, is put at its end.
Location YamlFile::inside_block(const Location& begin, std::string_view value, std::uint32_t row,
                                std::uint32_t column) const {
    std::size_t number = begin.line;
    std::string_view wanted = value;
    for (std::uint32_t i = 1; i < row; ++i, ++number) {
        const auto end = wanted.find('\n');
        if (end == std::string_view::npos) {
            column = static_cast<std::uint32_t>(wanted.size()) + 1;
            break;
        }
        wanted.remove_prefix(end + 1);
    }
    wanted = wanted.substr(0, wanted.find('\n'));
    const auto indent = line(number).find(wanted);
    if (indent == std::string_view::npos) return {};
    return {begin.file, static_cast<std::uint32_t>(number) + 1,
            static_cast<std::uint32_t>(indent) + column};
}

std::optional<StringPairs> YamlFile::entries(const YAML::Node& node, std::string_view what) {
    if (node.IsNull()) return StringPairs();
    if (!node.IsMap()) {
        fail(at(node), fmt::format("{} must be a map", what));
        return std::nullopt;
    }
    StringPairs own;
    StringPairs merged;
    for (const auto& pair : node) {
        if (!pair.first.IsScalar()) {
            fail(at(pair.first), fmt::format("{} has a key that is no string", what));
            return std::nullopt;
        }
        const auto& key = pair.first.Scalar();
        if (key == "<<") {
            if (const auto more = entries(pair.second, "what << merges"))
                merged.insert(merged.end(), more->begin(), more->end());
            continue;
        }
        const bool twice = std::any_of(own.begin(), own.end(),
                                       [&](const auto& entry) { return entry.first == key; });
        if (twice) {
            fail(at(pair.first), fmt::format("{} has {} twice", what, keepwatch::quoted(key)));
            return std::nullopt;
        }
        own.emplace_back(key, pair.second);
    }
    for (const auto& entry : merged)
        if (std::none_of(own.begin(), own.end(),
                         [&](const auto& known) { return known.first == entry.first; }))
            own.push_back(entry);
    return own;
}

std::optional<std::string> YamlFile::text(const YAML::Node& node, std::string_view what) {
    if (node.IsNull()) return std::string();
    if (node.IsScalar()) return node.Scalar();
    fail(at(node),
         fmt::format("{} must be a string, not a {}", what, node.IsMap() ? "map" : "list"));
    return std::nullopt;
}

} // namespace keepwatch::alert
