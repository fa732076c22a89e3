#include "series/catalogue.h"

#include <algorithm>

namespace keepwatch::series {

void Catalogue::replace(TargetId target, Timestamp t, std::span<const Count> names) {
    Target& known = targets_[target];
    for (auto& [name, one] : known.names) {
        one.last_seen = known.seen(one);
        one.series = 0;
    }
    known.newest = t;
    std::size_t fresh = 0;
    for (const auto& count : names) {
        const auto found = known.names.find(count.name);
        if (found == known.names.end())
            ++fresh;
        else
            found->second.series = count.series;
    }
    if (fresh == 0) return;
    make_room(known, fresh);
    for (const auto& count : names) add(known, count);
}

void Catalogue::add(Target& target, const Count& count) {
    if (target.names.contains(count.name)) return;
    if (target.names.size() >= names_per_target_max_) {
        ++names_refused_;
        return;
    }
    target.names.emplace(std::string(count.name), Known{count.series, target.newest});
}

void Catalogue::make_room(Target& target, std::size_t needed) const {
    const std::size_t wanted = target.names.size() + needed;
    if (wanted <= names_per_target_max_) return;
    std::vector<std::pair<Timestamp, std::string>> gone;
    for (const auto& [name, known] : target.names)
        if (known.series == 0) gone.emplace_back(known.last_seen, name);
    std::sort(gone.begin(), gone.end());
    gone.resize(std::min(gone.size(), wanted - names_per_target_max_));
    for (const auto& [when, name] : gone) target.names.erase(name);
}

void Catalogue::seen(TargetId target, Timestamp t) {
    targets_[target].newest = t;
}

void Catalogue::forget(TargetId target) {
    targets_.erase(target);
}

void Catalogue::shift_time(Duration by) {
    for (auto& [id, target] : targets_) {
        target.newest = target.newest + by;
        for (auto& [name, known] : target.names) known.last_seen = known.last_seen + by;
    }
}

std::vector<Catalogue::Entry> Catalogue::names(TargetId target) const {
    std::vector<Entry> result;
    const auto found = targets_.find(target);
    if (found == targets_.end()) return result;
    for (const auto& [name, known] : found->second.names)
        result.push_back({name, known.series, found->second.seen(known)});
    return result;
}

std::vector<Catalogue::Entry> Catalogue::names() const {
    std::map<std::string_view, Entry> merged;
    for (const auto& [id, target] : targets_)
        for (const auto& [name, known] : target.names) {
            Entry& entry =
                merged.try_emplace(name, Entry{name, 0, target.seen(known)}).first->second;
            entry.series += known.series;
            entry.last_seen = std::max(entry.last_seen, target.seen(known));
        }
    std::vector<Entry> result;
    result.reserve(merged.size());
    for (auto& [name, entry] : merged) result.push_back(std::move(entry));
    return result;
}

std::optional<Catalogue::Entry> Catalogue::find(std::string_view name) const {
    std::optional<Entry> result;
    for (const auto& [id, target] : targets_) {
        const auto found = target.names.find(name);
        if (found == target.names.end()) continue;
        const auto when = target.seen(found->second);
        if (!result) result = Entry{found->first, 0, when};
        result->series += found->second.series;
        result->last_seen = std::max(result->last_seen, when);
    }
    return result;
}

} // namespace keepwatch::series
