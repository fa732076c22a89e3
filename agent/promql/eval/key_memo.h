#pragma once

#include <cstdint>
#include <vector>

#include "model/id_index.h"
#include "promql/eval/evaluation.h"

namespace keepwatch::promql {

// Numbers the labels that a node makes of its inputs', such as the keys of groups and of matches:
// equal ones have one number, from 0. Each are made once, and at each later step a number is found
// without hashing, as inputs come in the same order: the one after the last is tried first.
class KeyMemo : public NodeState {
public:
    using Key = std::uint32_t;

    template <class Make> Key key(const Labels& from, Make make) {
        if (++last_ >= entries_.size()) last_ = 0;
        if (last_ < entries_.size() && entries_[last_].from == from) return entries_[last_].key;
        const auto same = [&](std::uint32_t place) { return entries_[place].from == from; };
        const auto found = index_.find(from.hash(), same);
        last_ = found ? *found : add(from, number(make(from)));
        return entries_[last_].key;
    }

    const Labels& labels(Key key) const { return made_[key]; }
    // Those made of the input's, where numbers are of no use. Valid until something new is made.
    template <class Make> const Labels& labels_of(const Labels& from, Make make) {
        return labels(key(from, make));
    }
    std::size_t size() const { return made_.size(); } // All numbers are below it.

private:
    struct Entry {
        Labels from;
        Key key;
    };
    Key number(const Labels& made) {
        const auto same = [&](Key key) { return made_[key] == made; };
        if (const auto known = keys_.find(made.hash(), same)) return *known;
        const auto key = static_cast<Key>(made_.size());
        keys_.add(made.hash(), key);
        made_.push_back(made);
        return key;
    }
    std::size_t add(const Labels& from, Key key) {
        index_.add(from.hash(), static_cast<std::uint32_t>(entries_.size()));
        entries_.push_back({from, key});
        return entries_.size() - 1;
    }

    std::vector<Entry> entries_;
    IdIndex index_; // Their places, by the hash of what they were made from.
    std::vector<Labels> made_;
    IdIndex keys_; // The numbers, by the hash of what was made.
    std::size_t last_ = 0;
};

} // namespace keepwatch::promql
