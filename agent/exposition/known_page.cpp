#include "exposition/known_page.h"

#include <algorithm>

namespace keepwatch::exposition {

std::string_view KnownPage::series_text(std::size_t line) const {
    auto of_line = layout.series(line, text);
    of_line.remove_prefix(std::min(of_line.find_first_not_of(" \t"), of_line.size()));
    return of_line;
}

void KnownPage::read(const LineRules& rules, const Limits& limits,
                     std::vector<Reading>& into) const {
    into.clear();
    for (std::size_t i = 0; i < layout.size(); ++i) {
        if (layout.refs[i] == kUnwanted) continue;
        auto line = layout.line(i, text);
        if (line.ends_with('\n')) line.remove_suffix(1);
        Measure measure;
        // It was read before, so it can be again.
        if (rules.read_measure(line.substr(layout.prefixes[i]), limits, measure)) continue;
        into.push_back({layout.refs[i], measure.value, measure.at});
    }
}

} // namespace keepwatch::exposition
