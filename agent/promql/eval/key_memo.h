#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

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
        const auto [at, is_new] = index_.try_emplace(from, entries_.size());
        if (is_new) entries_.push_back({from, number(make(from))});
        last_ = at->second;
        return entries_[last_].key;
    }

    const Labels& labels(Key key) const { return made_[key]; }
    std::size_t size() const { return made_.size(); } // All numbers are below it.

private:
    struct Entry {
        Labels from;
        Key key;
    };
    Key number(const Labels& made) {
        const auto [at, is_new] = keys_.try_emplace(made, static_cast<Key>(made_.size()));
        if (is_new) made_.push_back(made);
        return at->second;
    }

    std::vector<Entry> entries_;
    std::unordered_map<Labels, std::size_t> index_;
    std::vector<Labels> made_;
    std::unordered_map<Labels, Key> keys_;
    std::size_t last_ = 0;
};

} // namespace keepwatch::promql
