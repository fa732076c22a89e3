#include "promql/notes.h"

#include <algorithm>

#include <fmt/format.h>

namespace keepwatch::promql {
namespace {

constexpr std::size_t kNotesMax = 100; // Of each kind; the rest would say little new.

void note(std::vector<std::string>& notes, std::string text, const Span& at) {
    text += " (";
    const auto known = std::find_if(notes.begin(), notes.end(),
                                    [&](const std::string& one) { return one.starts_with(text); });
    if (known == notes.end() && notes.size() >= kNotesMax) return;
    text += fmt::format("{}:{})", at.line, at.column);
    if (known == notes.end())
        notes.push_back(std::move(text));
    else
        *known = std::move(text);
}

} // namespace

void Notes::warn(std::string_view text, const Span& at) {
    note(warnings, fmt::format("PromQL warning: {}", text), at);
}
void Notes::inform(std::string_view text, const Span& at) {
    note(infos, fmt::format("PromQL info: {}", text), at);
}

} // namespace keepwatch::promql
