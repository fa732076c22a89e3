#include "promql/span.h"

#include <algorithm>

namespace keepwatch::promql {

Span span_at(std::string_view text, std::size_t begin) {
    const auto narrow = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
    const auto before = text.substr(0, begin);
    const auto last_break = before.rfind('\n');
    const auto line_begin = last_break == before.npos ? 0 : last_break + 1;
    const auto breaks = std::count(before.begin(), before.end(), '\n');
    return {narrow(begin), narrow(begin), narrow(static_cast<std::size_t>(breaks)) + 1,
            narrow(begin - line_begin) + 1};
}

Span join(const Span& first, const Span& last) {
    auto both = first;
    both.end = last.end;
    return both;
}

} // namespace keepwatch::promql
