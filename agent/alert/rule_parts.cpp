#include "alert/rule_parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "promql/parse.h"

namespace keepwatch::alert {
namespace {

Error placed(Error error, std::string_view part, const Place& place) {
    const auto at = error.at.line == 0 ? Location{.file = {}, .line = 1, .column = 1} : error.at;
    error.at = place(at.line, at.column);
    // The text stands in the file in a form that hides its lines, so they go into the message.
    const bool inside = error.at.file.empty();
    if (inside) {
        error.at = place(0, 0);
        return std::move(error).within(fmt::format("{}:{}", at.line, at.column)).within(part);
    }
    return std::move(error).within(part);
}

} // namespace

std::size_t offset_of(std::string_view text, std::uint32_t line, std::uint32_t column) {
    std::size_t at = 0;
    for (std::uint32_t i = 1; i < line && at != std::string_view::npos; ++i) {
        at = text.find('\n', at);
        if (at != std::string_view::npos) ++at;
    }
    if (at == std::string_view::npos) return text.size();
    return std::min(at + (column > 0 ? column - 1 : 0), text.size());
}

Result<promql::ExprPtr> parse_expr(std::string_view part, const std::string& text,
                                   const Place& place, const promql::Features& features) {
    auto expr = promql::parse(text, features);
    if (!expr) return placed(std::move(expr).error(), part, place);
    return expr;
}

Result<TemplatedLabel> parse_templated(std::string_view part, const std::string& name,
                                       const std::string& text, const Place& place) {
    auto parsed = templating::Template::parse(text);
    if (!parsed) return placed(std::move(parsed).error(), part, place);
    return TemplatedLabel{name, text, std::move(*parsed)};
}

} // namespace keepwatch::alert
