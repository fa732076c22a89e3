#include "config/table_reader.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "config/nearest.h"

using namespace keepwatch;

namespace {

config::Document document(std::string_view text, std::uint32_t first_line = 1) {
    return config::Document::parse(text, "r.toml", first_line).value();
}

std::string place(const Location& at) {
    return fmt::format("{}:{}", at.line, at.column);
}

} // namespace

TEST_CASE("config::Document: columns count bytes, also after letters of several bytes") {
    const auto parsed = document("a = 'é→'\nb = { \"äöü\" = 'x', c = 1 }");
    std::vector<Error> errors;
    config::TableReader reader(parsed, errors);
    auto inner = reader.table("b");
    REQUIRE(inner);
    CHECK(place(reader.at("a")) == "1:5");
    CHECK(place(inner->at("äöü")) == "2:18");
    CHECK(place(inner->at("c")) == "2:27");
}

TEST_CASE("config::Document: TOML inside another file is located in that file") {
    const auto parsed = document("id = 7\n", 3);
    std::vector<Error> errors;
    config::TableReader reader(parsed, errors);
    std::string id;
    reader.required("id", id).required("title", id);
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].to_string() ==
          "r.toml:3:6: id must be a string that is not empty, not an integer");
    CHECK(errors[1].to_string() == "r.toml:3:1: title is required");
    CHECK(config::Document::parse("a = ", "r.toml", 3).error().at.line == 3);
}

TEST_CASE("config::TableReader: points into a string, whichever way it is written") {
    const auto inside = [](std::string_view text, std::size_t offset) {
        const auto parsed = document(text);
        std::vector<Error> errors;
        return place(config::TableReader(parsed, errors).inside("e", offset));
    };
    CHECK(inside("e = 'up == 0'", 0) == "1:6");
    CHECK(inside("e = 'up == 0'", 6) == "1:12");
    CHECK(inside("e = \"a\\\"b\\tc\"", 2) == "1:9");
    CHECK(inside("e = \"\\u00e9x\\U0001F600y\"", 2) == "1:12");
    CHECK(inside("e = \"\\u00e9x\\U0001F600y\"", 7) == "1:23");
    CHECK(inside("e = \"\"\"\nsum(\n  up)\"\"\"", 0) == "2:1");
    CHECK(inside("e = \"\"\"\nsum(\n  up)\"\"\"", 7) == "3:3");
    CHECK(inside("e = '''\r\nab\r\ncd'''", 4) == "3:1");
    CHECK(inside("e = \"\"\"ab \\\n   cd\"\"\"", 3) == "2:4");
    CHECK(inside("e = 'é up'", 3) == "1:9");
    CHECK(inside("e = 7", 3) == "1:5");
    CHECK(inside("x = 7", 3) == "1:1");
}

TEST_CASE("config::TableReader: an absent key leaves the default, a wrong one too") {
    const auto parsed = document("hold = '5 minutes'\nn = -1\nl = []\ns = ''\n");
    std::vector<Error> errors;
    config::TableReader reader(parsed, errors);
    Duration hold = seconds(7);
    std::size_t n = 8;
    std::vector<std::string> l{"x"};
    std::string s = "y";
    bool absent = true;
    reader.optional("hold", hold).optional("n", n).optional("l", l).optional("s", s);
    reader.optional("absent", absent);
    CHECK(errors.size() == 4);
    CHECK(hold == seconds(7));
    CHECK(n == 8);
    CHECK(l == std::vector<std::string>{"x"});
    CHECK(s == "y");
    CHECK(absent);
    CHECK_FALSE(reader.finish());
}

TEST_CASE("config::TableReader: may be told that nothing is something") {
    const auto parsed = document("hold = '0s'\nl = []\ns = ''\n");
    std::vector<Error> errors;
    config::TableReader reader(parsed, errors);
    Duration hold = seconds(7);
    std::vector<std::string> l{"x"};
    std::string s = "y";
    reader.optional_or_zero("hold", hold).optional_or_empty("l", l).optional_or_empty("s", s);
    CHECK(reader.finish());
    CHECK(hold == Duration{});
    CHECK(l.empty());
    CHECK(s.empty());
}

TEST_CASE("config::TableReader: a table is judged by its own errors and not by its neighbours'") {
    const auto parsed = document("[[rule]]\nx = 1\n[[rule]]\n");
    std::vector<Error> errors;
    config::TableReader reader(parsed, errors);
    auto rules = reader.tables("rule");
    REQUIRE(rules.size() == 2);
    CHECK_FALSE(rules[0].finish());
    CHECK(rules[1].finish());
    CHECK(errors.at(0).to_string() == "r.toml:2:1: rule.x is unknown; known keys: ");
}

TEST_CASE("config::nearest: finds what was meant, and does not guess wildly") {
    const std::vector<std::string_view> words{"interval", "kind", "labels", "url", "up"};
    const auto f = [&](std::string_view word) {
        return config::nearest(word, words).value_or("-");
    };
    CHECK(f("intervall") == "interval");
    CHECK(f("inetrval") == "interval");
    CHECK(f("itervals") == "interval");
    CHECK(f("lables") == "labels");
    CHECK(f("knd") == "kind");
    CHECK(f("urls") == "url");
    CHECK(f("ur") == "-");
    CHECK(f("x") == "-");
    CHECK(f("") == "-");
    CHECK(f("period") == "-");
    CHECK(f(std::string(1000, 'i')) == "-");
}
