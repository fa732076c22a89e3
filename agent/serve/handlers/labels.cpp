#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "promql/utf8.h"
#include "serve/envelope.h"
#include "serve/handlers/selection.h"
#include "serve/json_text.h"
#include "serve/label_name.h"

// /api/v1/labels and /api/v1/label/NAME/values.
namespace keepwatch::serve {
namespace {

net::Response list(const std::set<std::string>& texts, std::size_t limit) {
    std::vector<std::string> shown(texts.begin(), texts.end());
    const auto notes = cut(shown, limit);
    std::string data = "[";
    for (const auto& text : shown) {
        if (data.size() > 1) data += ',';
        append_json(data, std::string_view(text));
    }
    data += ']';
    return success(data, notes);
}

// The segment between `/api/v1/label/` and `/values`.
std::string_view name_in(std::string_view path) {
    constexpr std::string_view kBefore = "/api/v1/label/";
    constexpr std::string_view kBehind = "/values";
    path.remove_prefix(kBefore.size());
    path.remove_suffix(kBehind.size());
    return path;
}

} // namespace

Handler label_names(const Parts& parts) {
    return [&parts](const net::IncomingRequest& request) {
        const auto selection = read_selection(request);
        if (!selection) return bad_data(selection.error());
        const auto found = labels_of(parts, *selection);
        if (!found) return unanswered(found.error());
        std::set<std::string> names;
        for (const auto& labels : *found)
            for (const auto& label : labels) names.emplace(label.name);
        return list(names, selection->limit);
    };
}

Handler label_values(const Parts& parts) {
    return [&parts](const net::IncomingRequest& request) {
        const auto name = unescaped_label_name(name_in(request.path));
        if (name.empty() || !promql::is_valid_utf8(name))
            return bad_data(
                {ErrorKind::InvalidInput, fmt::format("invalid label name: {}", quoted(name))});
        const auto selection = read_selection(request);
        if (!selection) return bad_data(selection.error());
        const auto found = labels_of(parts, *selection);
        if (!found) return unanswered(found.error());
        std::set<std::string> values;
        for (const auto& labels : *found)
            if (const auto value = labels.get(name); !value.empty()) values.emplace(value);
        return list(values, selection->limit);
    };
}

} // namespace keepwatch::serve
