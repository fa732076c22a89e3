#include <algorithm>

#include <fmt/format.h>

#include "templating/functions.h"
#include "templating/url.h"

// Looking things up from inside a template, and walking through the answer.
namespace keepwatch::templating {
namespace {

Error invalid(std::string message) {
    return {ErrorKind::InvalidInput, std::move(message)};
}

using ListPtr = std::shared_ptr<const List>;

Result<ListPtr> list_argument(const Call& call, std::size_t index) {
    if (const auto* list = call.args[index].as<ListPtr>()) return *list;
    return invalid(fmt::format("argument {}: expected the result of a query; got {}", index + 1,
                               type_name(call.args[index])));
}

Result<Value::Row> row_argument(const Call& call, std::size_t index) {
    if (const auto* row = call.args[index].as<Value::Row>()) return *row;
    return invalid(fmt::format("argument {}: expected a sample; got {}", index + 1,
                               type_name(call.args[index])));
}

Result<Value> run_query(const Call& call) {
    KW_TRY(const auto expr, text_argument(call, 0));
    if (!call.context.query) return invalid("queries are not possible here");
    KW_TRY(auto rows, call.context.query(expr));
    List list;
    for (auto& row : rows) list.push_back({std::make_shared<const QueryRow>(std::move(row))});
    return Value{std::make_shared<const List>(std::move(list))};
}

Result<Value> run_first(const Call& call) {
    KW_TRY(const auto list, list_argument(call, 0));
    if (list->empty()) return invalid("first() called on vector with no elements");
    return list->front();
}

Result<Value> run_label(const Call& call) {
    KW_TRY(const auto name, text_argument(call, 0));
    KW_TRY(const auto row, row_argument(call, 1));
    return Value{std::string(row->labels.get(name))};
}

Result<Value> run_value(const Call& call) {
    KW_TRY(const auto row, row_argument(call, 0));
    return Value{row->value};
}

Result<Value> run_strvalue(const Call& call) {
    KW_TRY(const auto row, row_argument(call, 0));
    return Value{std::string(row->labels.get("__value__"))};
}

Result<Value> run_sort_by_label(const Call& call) {
    KW_TRY(const auto name, text_argument(call, 0));
    KW_TRY(const auto list, list_argument(call, 1));
    const auto key = [&name](const Value& value) {
        const auto* row = value.as<Value::Row>();
        return row != nullptr ? (*row)->labels.get(name) : std::string_view();
    };
    List sorted = *list;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](const Value& a, const Value& b) { return key(a) < key(b); });
    return Value{std::make_shared<const List>(std::move(sorted))};
}

Result<Value> run_args(const Call& call) {
    Map map;
    for (std::size_t i = 0; i < call.args.size(); ++i)
        map["arg" + std::to_string(i)] = call.args[i];
    return Value{std::make_shared<const Map>(std::move(map))};
}

Result<Value> run_external_url(const Call& call) {
    return Value{call.context.external_url};
}
Result<Value> run_path_prefix(const Call& call) {
    return Value{std::string(path_of(call.context.external_url))};
}

Result<Value> graph_path(const Call& call, char tab) {
    KW_TRY(const auto expr, text_argument(call, 0));
    return Value{fmt::format("/graph?g0.expr={}&g0.tab={}", query_escape(expr), tab)};
}
Result<Value> run_graph_link(const Call& call) {
    return graph_path(call, '0');
}
Result<Value> run_table_link(const Call& call) {
    return graph_path(call, '1');
}

constexpr Function kFunctions[] = {
    {"query", 1, 1, run_query},
    {"first", 1, 1, run_first},
    {"label", 2, 2, run_label},
    {"value", 1, 1, run_value},
    {"strvalue", 1, 1, run_strvalue},
    {"sortByLabel", 2, 2, run_sort_by_label},
    {"args", 0, kAnyNumber, run_args},
    {"externalURL", 0, 0, run_external_url},
    {"pathPrefix", 0, 0, run_path_prefix},
    {"graphLink", 1, 1, run_graph_link},
    {"tableLink", 1, 1, run_table_link},
};

} // namespace

std::span<const Function> query_functions() {
    return kFunctions;
}

} // namespace keepwatch::templating
