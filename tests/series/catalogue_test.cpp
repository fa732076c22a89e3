#include "series/catalogue.h"

#include <initializer_list>
#include <string>

#include <doctest/doctest.h>

using namespace keepwatch;
using namespace keepwatch::series;

namespace {

// `name=series@last_seen`, by name.
std::string play(const std::vector<Catalogue::Entry>& entries) {
    std::string text;
    for (const auto& [name, series, last_seen] : entries)
        text += (text.empty() ? "" : " ") + name + "=" + std::to_string(series) + "@" +
                std::to_string(last_seen.ms);
    return text;
}

struct Fixture {
    explicit Fixture(std::size_t names_max = 100) : catalogue(names_max) {}
    void page(TargetId target, std::int64_t t, std::initializer_list<Catalogue::Count> names) {
        catalogue.replace(target, {t}, {names.begin(), names.size()});
    }
    Catalogue catalogue;
};

} // namespace

TEST_CASE("series::Catalogue: a name is seen as long as pages have it") {
    Fixture f;
    f.page(0, 10, {{"up", 1}, {"lag", 7}});
    f.catalogue.seen(0, {20});
    CHECK(play(f.catalogue.names(0)) == "lag=7@20 up=1@20");
    f.page(0, 30, {{"up", 1}, {"new", 2}});
    f.catalogue.seen(0, {40});
    CHECK(play(f.catalogue.names(0)) == "lag=0@20 new=2@40 up=1@40");
    f.page(0, 50, {{"lag", 3}});
    CHECK(play(f.catalogue.names(0)) == "lag=3@50 new=0@40 up=0@40");
}

TEST_CASE("series::Catalogue: all targets together") {
    Fixture f;
    f.page(0, 10, {{"up", 1}, {"lag", 7}});
    f.page(1, 20, {{"up", 2}});
    CHECK(play(f.catalogue.names()) == "lag=7@10 up=3@20");
    CHECK(f.catalogue.find("up") == Catalogue::Entry{"up", 3, {20}});
    CHECK_FALSE(f.catalogue.find("nobody"));
    f.catalogue.forget(1);
    CHECK(play(f.catalogue.names()) == "lag=7@10 up=1@10");
    CHECK(f.catalogue.names(1).empty());
}

TEST_CASE("series::Catalogue: what was gone longest makes room") {
    Fixture f(3);
    f.page(0, 10, {{"a", 1}, {"b", 1}, {"c", 1}});
    f.page(0, 20, {{"b", 1}, {"c", 1}});
    f.page(0, 30, {{"c", 1}});
    f.page(0, 40, {{"c", 1}, {"d", 1}});
    CHECK(play(f.catalogue.names(0)) == "b=0@20 c=1@40 d=1@40");
    CHECK(f.catalogue.names_refused() == 0);
    f.page(0, 50, {{"c", 1}, {"d", 1}, {"e", 1}, {"f", 1}});
    CHECK(play(f.catalogue.names(0)) == "c=1@50 d=1@50 e=1@50");
    CHECK(f.catalogue.names_refused() == 1);
}

TEST_CASE("series::Catalogue: a step of the clock moves what was seen") {
    Fixture f;
    f.page(0, 10, {{"a", 1}, {"b", 1}});
    f.page(0, 20, {{"a", 1}});
    f.catalogue.shift_time(milliseconds(100));
    CHECK(play(f.catalogue.names(0)) == "a=1@120 b=0@110");
}
