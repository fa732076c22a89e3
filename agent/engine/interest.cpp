#include "engine/interest.h"

#include <algorithm>

namespace keepwatch::engine {

void Interest::add(Reader reader, std::vector<series::Matcher> matchers) {
    const auto names_it = [](const series::Matcher& matcher) {
        return matcher.name() == kNameLabel && matcher.op() == series::MatchOp::Equal;
    };
    const auto name = std::find_if(matchers.begin(), matchers.end(), names_it);
    if (name == matchers.end()) {
        nameless_.push_back({reader, std::move(matchers)});
        return;
    }
    auto& selectors = by_name_[name->value()];
    matchers.erase(name);
    selectors.push_back({reader, std::move(matchers)});
}

bool Interest::matches(const Selector& selector, const Labels& labels) {
    return std::all_of(selector.matchers.begin(), selector.matchers.end(),
                       [&](const series::Matcher& matcher) { return matcher.matches(labels); });
}

} // namespace keepwatch::engine
