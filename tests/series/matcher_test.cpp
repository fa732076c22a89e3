#include "series/matcher.h"

#include <doctest/doctest.h>

using namespace keepwatch;
using namespace keepwatch::series;

namespace {

bool matches(MatchOp op, std::string pattern, std::string_view value) {
    return Matcher::create(op, "l", std::move(pattern)).value().matches(value);
}

std::string refusal(std::string pattern) {
    const auto matcher = Matcher::create(MatchOp::Regex, "l", std::move(pattern));
    return matcher ? "accepted" : matcher.error().message;
}

} // namespace

TEST_CASE("series::Matcher: equality compares bytes") {
    CHECK(matches(MatchOp::Equal, "a", "a"));
    CHECK_FALSE(matches(MatchOp::Equal, "a", "ab"));
    CHECK_FALSE(matches(MatchOp::Equal, "a.", "ab"));
    CHECK(matches(MatchOp::NotEqual, "a", "b"));
    CHECK_FALSE(matches(MatchOp::NotEqual, "a", "a"));
}

TEST_CASE("series::Matcher: a regular expression is anchored at both ends") {
    CHECK(matches(MatchOp::Regex, "kafka|zk", "zk"));
    CHECK_FALSE(matches(MatchOp::Regex, "kafka|zk", "zk2"));
    CHECK_FALSE(matches(MatchOp::Regex, "kafka|zk", "a-kafka"));
    CHECK(matches(MatchOp::Regex, "a|ab", "ab"));
    CHECK(matches(MatchOp::NotRegex, "kafka|zk", "zk2"));
    CHECK_FALSE(matches(MatchOp::NotRegex, "kafka|zk", "kafka"));
}

TEST_CASE("series::Matcher: a dot stands for any character, a newline and an umlaut among them") {
    CHECK(matches(MatchOp::Regex, "a.b", "a\nb"));
    CHECK(matches(MatchOp::Regex, "a.b", "aöb"));
    CHECK_FALSE(matches(MatchOp::Regex, "a..b", "aöb"));
    CHECK(matches(MatchOp::Regex, "(?i)KAFKA", "kafka"));
}

TEST_CASE("series::Matcher: an absent label counts as empty") {
    const Labels labels{{"job", "kafka"}};
    const auto matches_absent = [&](MatchOp op, std::string value) {
        return Matcher::create(op, "rack", std::move(value)).value().matches(labels);
    };
    CHECK(matches_absent(MatchOp::Equal, ""));
    CHECK(matches_absent(MatchOp::Regex, ".*"));
    CHECK(matches_absent(MatchOp::NotEqual, "a"));
    CHECK_FALSE(matches_absent(MatchOp::Regex, ".+"));
    CHECK(Matcher::equal("job", "kafka").matches(labels));
    CHECK(Matcher::create(MatchOp::Regex, "l", "a?").value().matches_empty());
    CHECK_FALSE(Matcher::equal("l", "a").matches_empty());
}

TEST_CASE("series::Matcher: a refused expression says why, in Prometheus's words") {
    CHECK(refusal("(") == "error parsing regexp: missing closing ): `(`");
    CHECK(refusal("a)") == "error parsing regexp: unexpected ): `a)`");
    CHECK(refusal("[a") == "error parsing regexp: missing closing ]: `[a`");
    CHECK(refusal("*") == "error parsing regexp: missing argument to repetition operator: `*`");
    CHECK(refusal("a**") == "error parsing regexp: invalid nested repetition operator: `**`");
    CHECK(refusal("a{1001}") == "error parsing regexp: invalid repeat count: `{1001}`");
    CHECK(refusal("(?=a)") == "error parsing regexp: invalid or unsupported Perl syntax: `(?=`");
    CHECK(refusal("\\") == "error parsing regexp: trailing backslash at end of expression: ``");
    CHECK(refusal("\\k") == "error parsing regexp: invalid escape sequence: `\\k`");
    CHECK(refusal("[z-a]") == "error parsing regexp: invalid character class range: `z-a`");
    CHECK(refusal("[[:foo:]]") == "error parsing regexp: invalid character class range: `[:foo:]`");
    CHECK(refusal("a\xff") == "error parsing regexp: invalid UTF-8: ``");
}

TEST_CASE("series::Matcher: is printed as PromQL writes it") {
    const auto print = [](MatchOp op, std::string name, std::string value) {
        return Matcher::create(op, std::move(name), std::move(value)).value().to_string();
    };
    CHECK(print(MatchOp::Equal, "job", "a\"b") == R"(job="a\"b")");
    CHECK(print(MatchOp::NotEqual, "job", "a") == R"(job!="a")");
    CHECK(print(MatchOp::Regex, "job", "a|b") == R"(job=~"a|b")");
    CHECK(print(MatchOp::NotRegex, "a.b", "c") == R"("a.b"!~"c")");
}

TEST_CASE("series::Matcher: two are equal if they say the same") {
    CHECK(Matcher::create(MatchOp::Regex, "l", "a").value() ==
          Matcher::create(MatchOp::Regex, "l", "a").value());
    CHECK_FALSE(Matcher::create(MatchOp::NotRegex, "l", "a").value() ==
                Matcher::create(MatchOp::Regex, "l", "a").value());
}
