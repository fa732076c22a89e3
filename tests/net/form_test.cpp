#include "net/form.h"

#include <doctest/doctest.h>

using namespace keepwatch;

namespace {

std::string decoded(std::string_view text) {
    std::string all;
    for (const auto& [name, value] : net::decode_form(text)) all += name + "=" + value + ";";
    return all;
}

} // namespace

TEST_CASE("net::decode_form: names and values, in order, as browsers send them") {
    CHECK(decoded("").empty());
    CHECK(decoded("query=up&time=1") == "query=up;time=1;");
    CHECK(decoded("query=rate%28a%7Bb%3D%22c%22%7D%5B5m%5D%29+%2B+1") ==
          "query=rate(a{b=\"c\"}[5m]) + 1;");
    CHECK(decoded("match[]=a&match[]=b") == "match[]=a;match[]=b;");
    CHECK(decoded("a=b=c&d&&=e&") == "a=b=c;d=;=e;");
    CHECK(decoded("a=%zz%4&b=100%") == "a=%zz%4;b=100%;");
    CHECK(net::decode_percent("/a%20b+c%2Fd") == "/a b+c/d");
}

TEST_CASE("net::decode_form: takes ten thousand parameters and no more") {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += "a&";
    CHECK(net::decode_form(text).size() == 10'000);
}
