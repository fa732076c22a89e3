#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/labels.h"
#include "series/matcher.h"

namespace keepwatch::engine {

// Whoever asks for series, such as a rule; the numbers are the owner's.
using Reader = std::uint32_t;

// Who wants which series. Asked once for each series that appears, so it is built for many
// selectors of which few can match: by the metric's name, where the selector has one.
class Interest {
public:
    void add(Reader reader, std::vector<series::Matcher> matchers);

    // Calls told(reader) for each selector that matches; a reader may be told of more than once.
    template <class Told> void match(const Labels& labels, Told told) const {
        const auto named = by_name_.find(labels.name());
        if (named != by_name_.end()) match(named->second, labels, told);
        match(nameless_, labels, told);
    }

private:
    struct Selector {
        Reader reader = 0;
        std::vector<series::Matcher> matchers; // Without that of the name, where that is the key.
    };
    using Selectors = std::vector<Selector>;

    template <class Told>
    static void match(const Selectors& selectors, const Labels& labels, Told told) {
        for (const auto& selector : selectors)
            if (matches(selector, labels)) told(selector.reader);
    }
    static bool matches(const Selector& selector, const Labels& labels);

    std::map<std::string, Selectors, std::less<>> by_name_;
    Selectors nameless_;
};

} // namespace keepwatch::engine
