#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "model/labels.h"
#include "model/result.h"

namespace re2 {
class RE2;
}

namespace keepwatch::series {

enum class MatchOp : std::uint8_t { Equal, NotEqual, Regex, NotRegex };

std::string_view symbol(MatchOp op); // `=~`

// One condition of a selector, such as `job=~"kafka|zk"`. An absent label counts as "". Regular
// expressions are RE2's, anchored at both ends, as in Prometheus. Cheap to copy.
class Matcher {
public:
    // Refuses a regular expression that RE2 refuses, with RE2's reason.
    static Result<Matcher> create(MatchOp op, std::string name, std::string value);
    static Matcher equal(std::string name, std::string value);

    MatchOp op() const { return op_; }
    const std::string& name() const { return name_; }
    const std::string& value() const { return value_; }
    bool matches(std::string_view value) const;
    bool matches(const Labels& labels) const { return matches(labels.get(name_)); }
    bool matches_empty() const { return matches(std::string_view()); }

    std::string to_string() const; // `name=~"value"`
    bool operator==(const Matcher& other) const;

private:
    Matcher(MatchOp op, std::string name, std::string value);
    MatchOp op_;
    std::string name_;
    std::string value_;
    std::shared_ptr<const re2::RE2> regex_;
};

// Whether the labels meet every condition.
bool matches_all(std::span<const Matcher> matchers, const Labels& labels);

} // namespace keepwatch::series
