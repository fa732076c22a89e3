#include "model/labels.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include <doctest/doctest.h>

using namespace keepwatch;

TEST_CASE("model::Labels: are sorted, unique and without empty values") {
    const Labels labels{{"b", "2"}, {"a", "1"}, {"c", ""}, {"b", "3"}};
    CHECK(labels.to_string() == R"({a="1",b="3"})");
    CHECK(labels.size() == 2);
    CHECK(labels.get("b") == "3");
    CHECK(labels.get("c").empty());
    CHECK_FALSE(labels.has("c"));
    CHECK(Labels::from({{"b", "2"}, {"a", "1"}}) == Labels{{"a", "1"}, {"b", "2"}});
    CHECK(Labels{{"a", "1"}, {"a", ""}}.empty());
}

TEST_CASE("model::Labels: long names and values are kept whole") {
    for (const std::size_t size : {240U, 242U, 243U, 254U, 255U, 256U, 70'000U}) {
        const std::string name(size, 'n');
        const std::string value(size, 'v');
        const Labels labels{{name, value}, {"z", "1"}};
        CHECK(labels.get(name) == value);
        CHECK(labels.get("z") == "1");
        CHECK(std::distance(labels.begin(), Labels::end()) == 2);
    }
}

TEST_CASE("model::Labels: names that most series have are kept as well as others") {
    const Labels labels{
        {"__name__", "x"}, {"topic", "a"}, {"topics", "b"}, {"le", "1"}, {"l", "2"}};
    CHECK(labels.to_string() == R"(x{l="2",le="1",topic="a",topics="b"})");
    CHECK(labels.name() == "x");
    CHECK(labels.get("le") == "1");
    CHECK(labels ==
          Labels::from(
              {{"topics", "b"}, {"l", "2"}, {"le", "1"}, {"topic", "a"}, {"__name__", "x"}}));
    CHECK_FALSE(labels == labels.with("le", "2"));
}

TEST_CASE("model::Labels: without labels nothing is there") {
    const Labels none;
    CHECK(none.empty());
    CHECK(none.begin() == Labels::end());
    CHECK(none.to_string() == "{}");
    CHECK(none.name().empty());
    CHECK(none == Labels{{"a", ""}});
    CHECK(none.hash() == Labels{{"a", ""}}.hash());
}

TEST_CASE("model::Labels: equal ones are equal, others are not") {
    const Labels labels{{"a", "1"}, {"b", "2"}};
    CHECK(labels == Labels{{"b", "2"}, {"a", "1"}});
    CHECK(labels.hash() == Labels{{"b", "2"}, {"a", "1"}}.hash());
    CHECK_FALSE(labels == Labels{{"a", "1"}});
    CHECK_FALSE(labels == Labels{{"a", "1"}, {"b", "3"}});
    // Not told apart by where a name ends.
    CHECK_FALSE(Labels{{"ab", "c"}} == Labels{{"a", "bc"}});
}

TEST_CASE("model::Labels: are ordered name by name, value by value") {
    const std::vector<Labels> sorted{
        {}, {{"a", "1"}}, {{"a", "1"}, {"b", "1"}}, {{"a", "2"}}, {{"b", "1"}}};
    CHECK(std::is_sorted(sorted.begin(), sorted.end()));
    CHECK((sorted[1] <=> Labels{{"a", "1"}}) == std::strong_ordering::equal);
}

TEST_CASE("model::Labels: are changed into others") {
    const Labels up{{"__name__", "up"}, {"job", "kafka"}, {"rack", "a"}};
    const std::vector<std::string> names{"job", "nobody"};
    CHECK(up.with("rack", "b").to_string() == R"(up{job="kafka",rack="b"})");
    CHECK(up.with("rack", "").to_string() == R"(up{job="kafka"})");
    CHECK(up.without(names).to_string() == R"(up{rack="a"})");
    CHECK(up.only(names).to_string() == R"({job="kafka"})");
    CHECK(up.without_name().to_string() == R"({job="kafka",rack="a"})");
    CHECK(up.to_string() == R"(up{job="kafka",rack="a"})");
}

TEST_CASE("model::LabelsBuilder: sets, replaces and removes") {
    LabelsBuilder builder(Labels{{"a", "1"}, {"c", "3"}});
    builder.set("b", "2").set("a", "9").erase("c").erase("d");
    CHECK(builder.get("a") == "9");
    CHECK(builder.get("c").empty());
    CHECK(builder.build() == Labels{{"a", "9"}, {"b", "2"}});
    CHECK(LabelsBuilder().build().empty());
}

TEST_CASE("model::Labels: are printed as PromQL reads them") {
    CHECK(Labels{{"__name__", "up"}}.to_string() == "up");
    CHECK(Labels{{"__name__", "a:b"}, {"c", "d"}}.to_string() == R"(a:b{c="d"})");
    CHECK(Labels{{"__name__", "a.b"}, {"c", "d"}}.to_string() == R"({"a.b",c="d"})");
    CHECK(Labels{{"__name__", "a.b"}}.to_string() == R"({"a.b"})");
    CHECK(Labels{{"x.y", "d"}, {"a:b", "c"}}.to_string() == R"({"a:b"="c","x.y"="d"})");
}

TEST_CASE("model::Labels: hashes of alike labels differ") {
    std::unordered_set<std::uint64_t> hashes;
    for (int i = 0; i < 50'000; ++i)
        hashes.insert(
            Labels{{"partition", std::to_string(i % 100)}, {"topic", std::to_string(i / 100)}}
                .hash());
    CHECK(hashes.size() == 50'000);
}

TEST_CASE("model::is_plain_name: says what needs no quotes") {
    for (const auto* name : {"a", "_", "A_9", "a9"}) {
        CHECK(is_plain_label_name(name));
        CHECK(is_plain_metric_name(name));
    }
    for (const auto* name : {"", "9a", "a.b", "a-b", "ä", "a b"}) {
        CHECK_FALSE(is_plain_label_name(name));
        CHECK_FALSE(is_plain_metric_name(name));
    }
    CHECK(is_plain_metric_name(":a:b"));
    CHECK_FALSE(is_plain_label_name("a:b"));
}

TEST_CASE("model::quoted: escapes as Go does") {
    CHECK(quoted("a\"b\\c") == R"("a\"b\\c")");
    CHECK(quoted(std::string_view("\a\b\f\v\r\n\t\0\x7f", 9)) == R"("\a\b\f\v\r\n\t\x00\x7f")");
    CHECK(quoted("a\xff"
                 "b") == R"("a\xffb")");
    CHECK(quoted("\xe2\x82") == R"("\xe2\x82")");
    CHECK(quoted("ö€😀") == "\"ö€😀\"");
    CHECK(quoted("\u00a0\u00ad\u0085\u200b\u2028\ufeff\ue000\u3000\U000e0001") ==
          R"("\u00a0\u00ad\u0085\u200b\u2028\ufeff\ue000\u3000\U000e0001")");
    CHECK(quoted("\ufffd") == "\"\ufffd\"");
    CHECK(quoted("") == "\"\"");
}
