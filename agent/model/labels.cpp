#include "model/labels.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "model/utf8.h"

namespace keepwatch {
namespace {

bool contains(std::span<const std::string> names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

unsigned byte_of(char c) {
    return static_cast<unsigned char>(c);
}

// Of the UTF-8 character that the text begins with; 0 if it begins with none.
std::size_t character_size(std::string_view text) {
    const auto lead = byte_of(text.front());
    if (lead < 0x80) return 1;
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    const auto character = text.substr(0, size);
    return character.size() == size && valid_utf8(character) == character ? size : 0;
}

char32_t decoded(std::string_view character) {
    auto code = static_cast<char32_t>(byte_of(character.front()) & (0x7fU >> character.size()));
    for (const char c : character.substr(1)) code = (code << 6) | (byte_of(c) & 0x3fU);
    return code;
}

// What Go's unicode.IsPrint says of characters beyond ASCII, unassigned ones aside: no controls, no
// spaces, no format characters, nothing of private use.
bool is_printable(char32_t code) {
    constexpr std::array<std::pair<char32_t, char32_t>, 12> hidden{{{0x80, 0xa0},
                                                                    {0xad, 0xad},
                                                                    {0x600, 0x605},
                                                                    {0x61c, 0x61c},
                                                                    {0x1680, 0x1680},
                                                                    {0x2000, 0x200f},
                                                                    {0x2028, 0x202f},
                                                                    {0x205f, 0x206f},
                                                                    {0x3000, 0x3000},
                                                                    {0xe000, 0xf8ff},
                                                                    {0xfeff, 0xfeff},
                                                                    {0xfff0, 0xfffb}}};
    return code < 0xe0000 &&
           std::none_of(
               hidden.begin(), hidden.end(),
               [&](const auto& range) { return code >= range.first && code <= range.second; });
}

void append_quoted(std::string& out, char c) {
    switch (c) {
    case '"':
        out += "\\\"";
        break;
    case '\\':
        out += "\\\\";
        break;
    case '\a':
        out += "\\a";
        break;
    case '\b':
        out += "\\b";
        break;
    case '\f':
        out += "\\f";
        break;
    case '\n':
        out += "\\n";
        break;
    case '\r':
        out += "\\r";
        break;
    case '\t':
        out += "\\t";
        break;
    case '\v':
        out += "\\v";
        break;
    default:
        if (byte_of(c) < 0x20 || byte_of(c) == 0x7f)
            out += fmt::format("\\x{:02x}", byte_of(c));
        else
            out += c;
    }
}

void append_quoted(std::string& out, std::string_view character) {
    const auto code = static_cast<std::uint32_t>(decoded(character));
    if (is_printable(code))
        out += character;
    else if (code < 0x10000)
        out += fmt::format("\\u{:04x}", code);
    else
        out += fmt::format("\\U{:08x}", code);
}

template <class Keep> Labels filtered(const Labels& labels, Keep keep) {
    std::vector<LabelView> kept;
    kept.reserve(labels.size());
    for (const auto label : labels)
        if (keep(label.name)) kept.push_back(label);
    return kept.size() == labels.size() ? labels : Labels::from_sorted(kept);
}

} // namespace

void Labels::Iterator::advance() {
    if (--left_ > 0) current_ = PackedLabels::take(at_);
}

Labels::Iterator Labels::begin() const {
    const auto* const head = packed_.head();
    return head ? Iterator(packed_.bytes().data(), head->count) : Iterator();
}

Labels::Labels(std::initializer_list<std::pair<std::string_view, std::string_view>> labels) {
    LabelsBuilder builder;
    for (const auto& [name, value] : labels) builder.set(name, value);
    *this = builder.build();
}

Labels Labels::from(std::vector<std::pair<std::string, std::string>> labels) {
    LabelsBuilder builder;
    for (const auto& [name, value] : labels) builder.set(name, value);
    return builder.build();
}

Labels Labels::from_sorted(std::span<const LabelView> labels) {
    Labels result;
    if (!labels.empty()) result.packed_ = PackedLabels(labels);
    return result;
}

std::string_view Labels::get(std::string_view name) const {
    for (const auto label : *this)
        if (label.name == name) return label.value;
    return {};
}

Labels Labels::with(std::string_view name, std::string_view value) const {
    return LabelsBuilder(*this).set(name, value).build();
}

Labels Labels::without(std::span<const std::string> names) const {
    return filtered(*this, [&](std::string_view name) { return !contains(names, name); });
}

Labels Labels::only(std::span<const std::string> names) const {
    return filtered(*this, [&](std::string_view name) { return contains(names, name); });
}

Labels Labels::without_name() const {
    return filtered(*this, [](std::string_view name) { return name != kNameLabel; });
}

bool Labels::operator==(const Labels& other) const {
    if (packed_.head() == other.packed_.head()) return true;
    return hash() == other.hash() && packed_.bytes() == other.packed_.bytes();
}

std::strong_ordering Labels::operator<=>(const Labels& other) const {
    auto left = begin();
    auto right = other.begin();
    for (; left != end() && right != end(); ++left, ++right) {
        if (const auto order = left->name <=> right->name; order != 0) return order;
        if (const auto order = left->value <=> right->value; order != 0) return order;
    }
    return size() <=> other.size();
}

std::string Labels::to_string() const {
    std::string inside;
    const auto metric = name();
    const bool plain = is_plain_metric_name(metric);
    if (!metric.empty() && !plain) inside = quoted(metric);
    for (const auto& [label, value] : *this) {
        if (label == kNameLabel) continue;
        if (!inside.empty()) inside += ",";
        inside +=
            fmt::format("{}={}", is_plain_label_name(label) ? std::string(label) : quoted(label),
                        quoted(value));
    }
    if (inside.empty() && plain) return std::string(metric);
    return fmt::format("{}{{{}}}", plain ? metric : "", inside);
}

LabelsBuilder::LabelsBuilder(const Labels& start) {
    for (const auto& [name, value] : start) labels_.emplace_back(name, value);
}

LabelsBuilder& LabelsBuilder::set(std::string_view name, std::string_view value) {
    const auto at = std::lower_bound(labels_.begin(), labels_.end(), name,
                                     [](const auto& label, auto key) { return label.first < key; });
    const bool found = at != labels_.end() && at->first == name;
    if (value.empty()) {
        if (found) labels_.erase(at);
    } else if (found) {
        at->second = value;
    } else {
        labels_.emplace(at, name, value);
    }
    return *this;
}

std::string_view LabelsBuilder::get(std::string_view name) const {
    for (const auto& label : labels_)
        if (label.first == name) return label.second;
    return {};
}

Labels LabelsBuilder::build() const {
    std::vector<LabelView> views;
    views.reserve(labels_.size());
    for (const auto& [name, value] : labels_) views.push_back({name, value});
    return Labels::from_sorted(views);
}

bool is_plain_label_name(std::string_view name) {
    return is_plain_metric_name(name) && name.find(':') == name.npos;
}

bool is_plain_metric_name(std::string_view name) {
    if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == ':';
    });
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const std::size_t size = character_size(text);
        const auto character = text.substr(0, std::max<std::size_t>(1, size));
        if (size == 0)
            out += fmt::format("\\x{:02x}", byte_of(character.front()));
        else if (size == 1)
            append_quoted(out, character.front());
        else
            append_quoted(out, character);
        text.remove_prefix(character.size());
    }
    return out + "\"";
}

} // namespace keepwatch
