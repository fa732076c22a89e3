#include <cmath>
#include <compare>
#include <optional>

#include <fmt/format.h>

#include "templating/functions.h"
#include "templating/go_format.h"
#include "templating/url.h"

// The functions that Go's text/template has by itself.
// https://pkg.go.dev/text/template#hdr-Functions
namespace keepwatch::templating {
namespace {

Error invalid(std::string message) {
    return {ErrorKind::InvalidInput, std::move(message)};
}

std::optional<double> as_number(const Value& value) {
    if (const auto* integer = value.as<std::int64_t>()) return static_cast<double>(*integer);
    if (const auto* number = value.as<double>()) return *number;
    return std::nullopt;
}

Error incomparable(const Value& a, const Value& b) {
    return invalid(
        fmt::format("incompatible types for comparison: {} and {}", type_name(a), type_name(b)));
}

// Go refuses to compare an integer with a float; here `gt $value 5` means what it says.
Result<bool> equal(const Value& a, const Value& b) {
    const auto x = as_number(a);
    const auto y = as_number(b);
    if (x && y) return *x == *y;
    if (a.held.index() != b.held.index()) {
        const bool nil = a.as<std::monostate>() != nullptr || b.as<std::monostate>() != nullptr;
        if (nil) return false;
        return incomparable(a, b);
    }
    if (const auto* text = a.as<std::string>()) return *text == *b.as<std::string>();
    if (const auto* truth = a.as<bool>()) return *truth == *b.as<bool>();
    if (a.as<std::monostate>() != nullptr) return true;
    return invalid("non-comparable type: " + type_name(a));
}

Result<std::partial_ordering> order(const Call& call) {
    const auto& a = call.args[0];
    const auto& b = call.args[1];
    const auto x = as_number(a);
    const auto y = as_number(b);
    if (x && y) return *x <=> *y;
    const auto* s = a.as<std::string>();
    const auto* t = b.as<std::string>();
    if (s != nullptr && t != nullptr) return std::partial_ordering(*s <=> *t);
    if (a.held.index() != b.held.index()) return incomparable(a, b);
    return invalid("invalid type for comparison: " + type_name(a));
}

Result<Value> run_eq(const Call& call) {
    for (const auto& other : call.args.subspan(1)) {
        KW_TRY(const bool same, equal(call.args[0], other));
        if (same) return Value{true};
    }
    return Value{false};
}

Result<Value> run_ne(const Call& call) {
    KW_TRY(const bool same, equal(call.args[0], call.args[1]));
    return Value{!same};
}

Result<Value> run_lt(const Call& call) {
    KW_TRY(const auto ordering, order(call));
    return Value{ordering < 0};
}
Result<Value> run_le(const Call& call) {
    KW_TRY(const auto ordering, order(call));
    return Value{ordering <= 0};
}
// These two are the opposites of the others, as in Go, so that they hold for what is no number.
Result<Value> run_gt(const Call& call) {
    KW_TRY(const auto ordering, order(call));
    return Value{!(ordering <= 0)};
}
Result<Value> run_ge(const Call& call) {
    KW_TRY(const auto ordering, order(call));
    return Value{!(ordering < 0)};
}

// Of `and` and `or` only the last argument is left to decide.
Result<Value> run_last(const Call& call) {
    return call.args.back();
}
Result<Value> run_not(const Call& call) {
    return Value{!is_true(call.args[0])};
}

Result<Value> run_len(const Call& call) {
    const auto& value = call.args[0];
    std::size_t length = 0;
    if (const auto* text = value.as<std::string>())
        length = text->size();
    else if (const auto* labels = value.as<Labels>())
        length = labels->size();
    else if (const auto* list = value.as<std::shared_ptr<const List>>())
        length = (*list)->size();
    else if (const auto* map = value.as<std::shared_ptr<const Map>>())
        length = (*map)->size();
    else
        return invalid("len of type " + type_name(value));
    return Value{static_cast<std::int64_t>(length)};
}

Result<Value> element(const Value& value, const Value& index) {
    const auto* key = index.as<std::string>();
    const auto* labels = value.as<Labels>();
    if (labels != nullptr && key != nullptr) return Value{std::string(labels->get(*key))};
    const auto* map = value.as<std::shared_ptr<const Map>>();
    if (map != nullptr && key != nullptr) {
        const auto found = (*map)->find(*key);
        return found == (*map)->end() ? Value{} : found->second;
    }
    const auto* list = value.as<std::shared_ptr<const List>>();
    const auto* text = value.as<std::string>();
    const auto* at = index.as<std::int64_t>();
    if (at == nullptr || (list == nullptr && text == nullptr))
        return invalid(fmt::format("cannot index {} with {}", type_name(value), type_name(index)));
    const auto size = static_cast<std::int64_t>(list != nullptr ? (*list)->size() : text->size());
    if (*at < 0 || *at >= size) return invalid(fmt::format("index out of range: {}", *at));
    const auto position = static_cast<std::size_t>(*at);
    if (list != nullptr) return (**list)[position];
    return Value{std::int64_t{static_cast<unsigned char>((*text)[position])}};
}

Result<Value> run_index(const Call& call) {
    Value value = call.args[0];
    for (const auto& index : call.args.subspan(1)) {
        KW_TRY(value, element(value, index));
    }
    return value;
}

Result<Value> run_slice(const Call& call) {
    KW_TRY(const auto text, text_argument(call, 0));
    std::size_t from = 0;
    std::size_t to = text.size();
    for (std::size_t i = 1; i < call.args.size(); ++i) {
        const auto* at = call.args[i].as<std::int64_t>();
        if (at == nullptr) return invalid("cannot index string with " + type_name(call.args[i]));
        if (*at < 0 || *at > static_cast<std::int64_t>(text.size()))
            return invalid(fmt::format("index out of range: {}", *at));
        (i == 1 ? from : to) = static_cast<std::size_t>(*at);
    }
    if (from > to) return invalid(fmt::format("invalid slice index: {} > {}", from, to));
    return Value{text.substr(from, to - from)};
}

Result<Value> run_print(const Call& call) {
    return Value{sprint(call.args)};
}
Result<Value> run_println(const Call& call) {
    return Value{sprintln(call.args)};
}
Result<Value> run_printf(const Call& call) {
    KW_TRY(const auto format, text_argument(call, 0));
    return Value{sprintf(format, call.args.subspan(1))};
}

Result<Value> run_html(const Call& call) {
    std::string escaped;
    for (const char c : sprint(call.args)) {
        switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&#34;";
            break;
        case '\'':
            escaped += "&#39;";
            break;
        default:
            escaped += c;
        }
    }
    return Value{std::move(escaped)};
}

Result<Value> run_urlquery(const Call& call) {
    return Value{query_escape(sprint(call.args))};
}

constexpr Function kFunctions[] = {
    {"and", 1, kAnyNumber, run_last},
    {"or", 1, kAnyNumber, run_last},
    {"not", 1, 1, run_not},
    {"eq", 2, kAnyNumber, run_eq},
    {"ne", 2, 2, run_ne},
    {"lt", 2, 2, run_lt},
    {"le", 2, 2, run_le},
    {"gt", 2, 2, run_gt},
    {"ge", 2, 2, run_ge},
    {"len", 1, 1, run_len},
    {"index", 1, kAnyNumber, run_index},
    {"slice", 1, 3, run_slice},
    {"print", 0, kAnyNumber, run_print},
    {"println", 0, kAnyNumber, run_println},
    {"printf", 1, kAnyNumber, run_printf},
    {"html", 0, kAnyNumber, run_html},
    {"urlquery", 0, kAnyNumber, run_urlquery},
};

} // namespace

std::span<const Function> core_functions() {
    return kFunctions;
}

} // namespace keepwatch::templating
