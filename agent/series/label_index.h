#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/labels.h"
#include "series/source.h"

namespace keepwatch::series {

// Which series carry which label: for each name and value the ids, in rising order.
class LabelIndex {
public:
    // Ids must be added in rising order.
    void add(SeriesId series, const Labels& labels);

    // The series must have been added with these labels. `gone` is in rising order; all at once,
    // because each list a series stands in is gone through as a whole.
    void remove(std::span<const SeriesId> gone, const SeriesSource& owner);

    // The ids that match, in rising order. Labels are looked up in `owner`, whose index this is.
    // Begins at the shortest list that an equality names, so `__name__="x"` costs what x has.
    std::vector<SeriesId> select(std::span<const Matcher> matchers,
                                 const SeriesSource& owner) const;

    // The list at which select() begins: all that match are in it, in rising order, and others. For
    // whoever has to look through them a few at a time.
    std::vector<SeriesId> candidates(std::span<const Matcher> matchers) const;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    template <class T> using ByText = std::unordered_map<std::string, T, Hash, std::equal_to<>>;
    using Postings = std::vector<SeriesId>;

    const Postings* find(std::string_view name, std::string_view value) const;
    Postings any_value(const Matcher& matcher) const;

    Postings& list(std::size_t place, const LabelView& label);

    ByText<ByText<Postings>> by_name_;
    // Of the series added last, label for label: the next one mostly has the same but for some.
    struct Recent {
        std::string_view name;
        std::string_view value;
        Postings* list = nullptr;
    };
    std::vector<Recent> recent_;
    Postings all_;
};

} // namespace keepwatch::series
