#include "series/label_index.h"

#include <algorithm>
#include <set>
#include <utility>

namespace keepwatch::series {

void LabelIndex::add(SeriesId series, const Labels& labels) {
    all_.push_back(series);
    recent_.resize(labels.size());
    std::size_t place = 0;
    for (const auto& label : labels) list(place++, label).push_back(series);
}

LabelIndex::Postings& LabelIndex::list(std::size_t place, const LabelView& label) {
    Recent& recent = recent_[place];
    if (recent.list && recent.name == label.name && recent.value == label.value)
        return *recent.list;
    auto values = by_name_.find(label.name);
    if (values == by_name_.end()) values = by_name_.emplace(label.name, ByText<Postings>()).first;
    auto postings = values->second.find(label.value);
    if (postings == values->second.end())
        postings = values->second.emplace(label.value, Postings()).first;
    recent = {values->first, postings->first, &postings->second};
    return postings->second;
}

void LabelIndex::remove(std::span<const SeriesId> gone, const SeriesSource& owner) {
    recent_.clear(); // What it points to may go.
    const auto is_gone = [&](SeriesId id) {
        return std::binary_search(gone.begin(), gone.end(), id);
    };
    std::set<std::pair<std::string_view, std::string_view>> lists;
    for (const SeriesId id : gone)
        for (const auto& [name, value] : owner.labels(id)) lists.emplace(name, value);
    for (const auto& [name, value] : lists) {
        const auto values = by_name_.find(name);
        const auto postings = values->second.find(value);
        std::erase_if(postings->second, is_gone);
        if (!postings->second.empty()) continue;
        values->second.erase(postings);
        if (values->second.empty()) by_name_.erase(values);
    }
    std::erase_if(all_, is_gone);
}

const LabelIndex::Postings* LabelIndex::find(std::string_view name, std::string_view value) const {
    const auto values = by_name_.find(name);
    if (values == by_name_.end()) return nullptr;
    const auto postings = values->second.find(value);
    return postings == values->second.end() ? nullptr : &postings->second;
}

// A value is matched once and not once per series, which matters to a regular expression.
LabelIndex::Postings LabelIndex::any_value(const Matcher& matcher) const {
    Postings found;
    const auto values = by_name_.find(matcher.name());
    if (values == by_name_.end()) return found;
    for (const auto& [value, postings] : values->second)
        if (matcher.matches(std::string_view(value)))
            found.insert(found.end(), postings.begin(), postings.end());
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<SeriesId> LabelIndex::candidates(std::span<const Matcher> matchers) const {
    const Postings* start = nullptr;
    const Matcher* demanding = nullptr; // Asks for a value, but not for a single one.
    for (const auto& matcher : matchers) {
        if (matcher.matches_empty()) continue;
        if (matcher.op() != MatchOp::Equal) {
            demanding = &matcher;
            continue;
        }
        const auto* postings = find(matcher.name(), matcher.value());
        if (!postings) return {};
        if (!start || postings->size() < start->size()) start = postings;
    }
    if (start) return *start;
    return demanding ? any_value(*demanding) : all_;
}

std::vector<SeriesId> LabelIndex::select(std::span<const Matcher> matchers,
                                         const SeriesSource& owner) const {
    auto found = candidates(matchers);
    // The equality whose list that is holds for all of them. Mostly it is that of the metric's
    // name and there is no other.
    const auto is_met = [&](const Matcher& matcher) {
        if (matcher.matches_empty() || matcher.op() != MatchOp::Equal) return false;
        const auto* const postings = find(matcher.name(), matcher.value());
        return postings && postings->size() == found.size();
    };
    const auto met = std::find_if(matchers.begin(), matchers.end(), is_met);
    const auto before = matchers.subspan(0, static_cast<std::size_t>(met - matchers.begin()));
    const auto after =
        met == matchers.end() ? std::span<const Matcher>() : matchers.subspan(before.size() + 1);
    if (before.empty() && after.empty()) return found;
    std::erase_if(found, [&](SeriesId id) {
        const auto& labels = owner.labels(id);
        return !matches_all(before, labels) || !matches_all(after, labels);
    });
    return found;
}

} // namespace keepwatch::series
