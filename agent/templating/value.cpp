#include "templating/value.h"

#include <array>
#include <cstddef>

#include "templating/go_format.h"

namespace keepwatch::templating {
namespace {

// Go prints maps as map[key:value key:value], sorted by key.
std::string map_text(const Labels& labels) {
    std::string text = "map[";
    for (const auto& label : labels) {
        if (text.size() > 4) text += ' ';
        text.append(label.name).append(":").append(label.value);
    }
    return text + "]";
}

std::string map_text(const Map& map) {
    std::string text = "map[";
    for (const auto& [key, value] : map) {
        if (text.size() > 4) text += ' ';
        text.append(key).append(":").append(to_text(value));
    }
    return text + "]";
}

std::string list_text(const List& list) {
    std::string text = "[";
    for (const auto& value : list) {
        if (text.size() > 1) text += ' ';
        text += to_text(value);
    }
    return text + "]";
}

struct Truth {
    bool operator()(std::monostate) const { return false; }
    bool operator()(bool value) const { return value; }
    bool operator()(std::int64_t value) const { return value != 0; }
    bool operator()(double value) const { return value != 0; }
    bool operator()(const std::string& value) const { return !value.empty(); }
    bool operator()(const Labels& value) const { return !value.empty(); }
    bool operator()(const std::shared_ptr<const List>& value) const { return !value->empty(); }
    bool operator()(const std::shared_ptr<const Map>& value) const { return !value->empty(); }
    bool operator()(const Value::Row&) const { return true; }
    bool operator()(const Context*) const { return true; }
};

struct Text {
    std::string operator()(std::monostate) const { return "<no value>"; }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return shortest_float(value); }
    std::string operator()(const std::string& value) const { return value; }
    std::string operator()(const Labels& value) const { return map_text(value); }
    std::string operator()(const std::shared_ptr<const List>& value) const {
        return list_text(*value);
    }
    std::string operator()(const std::shared_ptr<const Map>& value) const {
        return map_text(*value);
    }
    std::string operator()(const Value::Row& row) const {
        return row->labels.to_string() + " " + shortest_float(row->value);
    }
    std::string operator()(const Context* context) const {
        return context->labels.to_string() + " " + shortest_float(context->value);
    }
};

} // namespace

bool is_true(const Value& value) {
    return std::visit(Truth{}, value.held);
}

std::string type_name(const Value& value) {
    constexpr std::array names{"nil",          "bool",
                               "int",          "float64",
                               "string",       "map[string]string",
                               "query result", "map[string]",
                               "sample",       "the template's data"};
    static_assert(names.size() == std::variant_size_v<decltype(value.held)>);
    return names.at(value.held.index());
}

std::string to_text(const Value& value) {
    return std::visit(Text{}, value.held);
}

} // namespace keepwatch::templating
