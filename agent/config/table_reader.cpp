#include "config/table_reader.h"

#include <algorithm>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "config/nearest.h"
#include "model/labels.h"
#include "model/number.h"

namespace keepwatch::config {
namespace {

constexpr std::string_view kDurationWanted = "must be a duration such as \"15s\" or \"1h30m\"";

// What stands there, for a message: the text itself where it is short, else its type.
std::string described(const toml::node& node) {
    constexpr std::size_t text_bytes_max = 60;
    if (const auto text = node.value_exact<std::string>()) {
        if (text->empty()) return "an empty string";
        return text->size() <= text_bytes_max ? keepwatch::quoted(*text) : "a long string";
    }
    if (node.is_integer()) return "an integer";
    if (node.is_floating_point()) return "a number";
    if (node.is_boolean()) return node.value_or(false) ? "true" : "false";
    if (node.is_array()) return node.as_array()->empty() ? "an empty list" : "a list";
    if (node.is_table()) return "a table";
    return "a date or time";
}

std::string meant_before_list(std::string_view word, std::span<const std::string_view> known) {
    const auto meant = nearest(word, known);
    return meant ? fmt::format("did you mean {}? ", *meant) : std::string();
}

} // namespace

TableReader::TableReader(const Document& document, std::vector<Error>& errors, std::string path)
    : document_(&document), table_(&document.root()), errors_(&errors), path_(std::move(path)) {}

TableReader::TableReader(const TableReader& parent, const toml::table& table, std::string path)
    : document_(parent.document_), table_(&table), errors_(parent.errors_), path_(std::move(path)) {
}

bool TableReader::has(std::string_view key) const {
    return peek(key) != nullptr;
}

TableReader& TableReader::optional_or_empty(std::string_view key, std::string& into) {
    const auto* node = find(key);
    if (!node) return *this;
    if (auto text = node->value_exact<std::string>())
        into = std::move(*text);
    else
        mistyped(*node, key, "must be a string");
    return *this;
}

TableReader& TableReader::optional(std::string_view key, std::string& into) {
    const auto* node = find(key);
    if (!node) return *this;
    if (auto text = node->value_exact<std::string>(); text && !text->empty())
        into = std::move(*text);
    else
        mistyped(*node, key, "must be a string that is not empty");
    return *this;
}

void TableReader::read_list(std::string_view key, std::vector<std::string>& into,
                            bool may_be_empty) {
    const auto* node = find(key);
    if (!node) return;
    const auto* list = node->as_array();
    if (!list || (list->empty() && !may_be_empty))
        return mistyped(*node, key, "must be a list of strings");
    std::vector<std::string> texts;
    for (const auto& element : *list) {
        auto text = element.value_exact<std::string>();
        if (!text || text->empty())
            return mistyped(element, key, "must be a list of strings that are not empty");
        texts.push_back(std::move(*text));
    }
    into = std::move(texts);
}

TableReader& TableReader::optional(std::string_view key, std::vector<std::string>& into) {
    read_list(key, into, false);
    return *this;
}

TableReader& TableReader::optional_or_empty(std::string_view key, std::vector<std::string>& into) {
    read_list(key, into, true);
    return *this;
}

void TableReader::read_map(const toml::table& table, std::string_view key, StringMap& into) {
    for (const auto& [entry_key, value] : table) {
        const auto text = value.value_exact<std::string>();
        if (text)
            into.emplace_back(entry_key.str(), *text);
        else
            mistyped(value, fmt::format("{}.{}", key, entry_key.str()), "must be a string");
    }
}

TableReader& TableReader::optional(std::string_view key, StringMap& into) {
    const auto* node = find(key);
    if (!node) return *this;
    if (!node->is_table()) {
        mistyped(*node, key, "must be a table of strings");
        return *this;
    }
    StringMap entries;
    read_map(*node->as_table(), key, entries);
    into = std::move(entries);
    return *this;
}

TableReader& TableReader::optional(std::string_view key, std::vector<StringMap>& into) {
    const auto* node = find(key);
    if (!node) return *this;
    const auto* list = node->as_array();
    if (!list) {
        mistyped(*node, key, "must be a list of tables of strings");
        return *this;
    }
    std::vector<StringMap> maps;
    for (const auto& element : *list) {
        if (element.is_table())
            read_map(*element.as_table(), key, maps.emplace_back());
        else
            mistyped(element, key, "must be a list of tables of strings");
    }
    into = std::move(maps);
    return *this;
}

TableReader& TableReader::optional(std::string_view key, Scalar& into) {
    const auto* node = find(key);
    if (!node) return *this;
    if (auto text = node->value_exact<std::string>(); text && !text->empty())
        into = {false, std::move(*text)};
    else if (const auto number = node->value_exact<std::int64_t>())
        into = {true, std::to_string(*number)};
    else if (const auto real = node->value_exact<double>())
        into = {true, format_number(*real)};
    else
        mistyped(*node, key, "must be a number or a string that is not empty");
    return *this;
}

void TableReader::read_duration(std::string_view key, Duration& into, Duration least) {
    const auto* node = find(key);
    if (!node) return;
    const auto text = node->value_exact<std::string>();
    const auto duration = parse_duration(text ? std::string_view(*text) : "no duration");
    if (!duration) return mistyped(*node, key, kDurationWanted);
    if (*duration < least) return mistyped(*node, key, "must be longer than nothing");
    into = *duration;
}

TableReader& TableReader::optional(std::string_view key, Duration& into) {
    read_duration(key, into, milliseconds(1));
    return *this;
}

TableReader& TableReader::optional_or_zero(std::string_view key, Duration& into) {
    read_duration(key, into, Duration{});
    return *this;
}

TableReader& TableReader::optional(std::string_view key, bool& into) {
    const auto* node = find(key);
    if (!node) return *this;
    if (const auto* yes = node->as_boolean())
        into = yes->get();
    else
        mistyped(*node, key, "must be true or false");
    return *this;
}

TableReader& TableReader::optional(std::string_view key, std::size_t& into) {
    const auto* node = find(key);
    if (!node) return *this;
    const auto* number = node->as_integer();
    if (number && number->get() > 0)
        into = static_cast<std::size_t>(number->get());
    else
        mistyped(*node, key, "must be an integer above zero");
    return *this;
}

TableReader::Type TableReader::type_of(std::string_view key) {
    const auto* node = find(key);
    if (!node) return Type::Absent;
    if (node->is_string()) return Type::String;
    if (node->is_array()) return Type::List;
    return node->is_table() ? Type::Table : Type::Other;
}

std::vector<std::string> TableReader::keys() const {
    std::vector<std::string> names;
    for (const auto& [key, node] : *table_) names.emplace_back(key.str());
    return names;
}

std::vector<TableReader> TableReader::tables(std::string_view key) {
    std::vector<TableReader> found;
    const auto* node = find(key);
    if (!node) return found;
    if (!node->is_array_of_tables()) {
        fail(key, fmt::format("must be written as [[{}]] tables", key));
        return found;
    }
    for (const auto& entry : *node->as_array())
        found.push_back(TableReader(*this, *entry.as_table(), fmt::format("{}{}.", path_, key)));
    return found;
}

std::optional<TableReader> TableReader::table(std::string_view key) {
    const auto* node = find(key);
    if (!node) return std::nullopt;
    if (node->is_table())
        return TableReader(*this, *node->as_table(), fmt::format("{}{}.", path_, key));
    mistyped(*node, key, "must be a table");
    return std::nullopt;
}

Location TableReader::at(std::string_view key) const {
    const auto* node = peek(key);
    return node ? document_->locate(*node) : at_table();
}

Location TableReader::at(std::string_view key, std::size_t element) const {
    const auto* node = peek(key);
    const auto* list = node ? node->as_array() : nullptr;
    const auto* found = list ? list->get(element) : nullptr;
    return found ? document_->locate(*found) : at(key);
}

Location TableReader::inside(std::string_view key, std::size_t offset) const {
    const auto* node = peek(key);
    return node && node->is_string() ? document_->locate_inside(*node, offset) : at(key);
}

Location TableReader::at_table() const {
    return document_->locate(*table_);
}

void TableReader::fail(std::string_view key, std::string_view what) {
    fail_at(at(key), key, what);
}

void TableReader::fail_at(const Location& at, std::string_view key, std::string_view what) {
    clean_ = false;
    if (errors_->size() >= kErrorsMax) return;
    errors_->push_back({ErrorKind::InvalidInput, fmt::format("{}{} {}", path_, key, what), at});
}

bool TableReader::finish() {
    const std::vector<std::string_view> known(asked_.begin(), asked_.end());
    for (const auto& [key, node] : *table_) {
        if (asked_.contains(key.str())) continue;
        const auto begin = key.source().begin;
        fail_at(document_->locate(begin.line, begin.column), key.str(),
                fmt::format("is unknown; {}known keys: {}", meant_before_list(key.str(), known),
                            fmt::join(known, ", ")));
    }
    return clean_;
}

const toml::node* TableReader::peek(std::string_view key) const {
    return table_->get(key);
}

const toml::node* TableReader::find(std::string_view key) {
    asked_.emplace(key);
    return peek(key);
}

void TableReader::require(std::string_view key) {
    if (!has(key)) fail_at(at_table(), key, "is required");
}

std::optional<std::size_t> TableReader::choose(std::string_view key,
                                               std::span<const std::string_view> words) {
    const auto* node = find(key);
    if (!node) return std::nullopt;
    const auto text = node->value_exact<std::string>().value_or("");
    const auto chosen = std::find(words.begin(), words.end(), text);
    if (chosen != words.end()) return static_cast<std::size_t>(chosen - words.begin());
    fail(key, fmt::format("must be one of {}, not {}{}", fmt::join(words, ", "), described(*node),
                          did_you_mean(text, words)));
    return std::nullopt;
}

void TableReader::mistyped(const toml::node& node, std::string_view key, std::string_view wanted) {
    fail_at(document_->locate(node), key, fmt::format("{}, not {}", wanted, described(node)));
}

} // namespace keepwatch::config
