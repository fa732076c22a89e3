#include "series/joined_source.h"

#include <doctest/doctest.h>

#include "series/extraction.h"

using namespace keepwatch;
using namespace keepwatch::series;

namespace {

constexpr Timestamp kBefore{-1'000'000};
constexpr Timestamp kLast{1'000'000};

struct Fixture {
    LiveStore live;
    ArchiveStore archive;
    JoinedSource joined{live, archive};
    SourceId target = live.add_source();

    void scrape(Timestamp t, const std::vector<std::pair<Labels, double>>& page) {
        REQUIRE(live.begin(target, t));
        for (const auto& [labels, value] : page)
            CHECK(live.set(*live.series(target, labels), value));
        live.end(target);
    }
    std::string play(const Labels& labels, const std::vector<Sample>& samples) const {
        std::string text = labels.to_string();
        for (const auto& [t, value] : samples)
            text += " " + std::to_string(static_cast<int>(value)) + "@" + std::to_string(t.ms);
        return text;
    }
    std::string all(Timestamp after = kBefore, Timestamp until = kLast) const {
        std::string text;
        for (const auto id : joined.select({}, after, until)) {
            std::vector<Sample> samples;
            joined.read(id, after, until, samples);
            REQUIRE(joined.latest(id, after, until)->t == samples.back().t);
            text += (text.empty() ? "" : "; ") + play(joined.labels(id), samples);
        }
        return text;
    }
    std::string extracted(std::vector<Want> wants, Extraction::Limits limits = {},
                          std::size_t work = 1) const {
        Extraction extraction(joined, std::move(wants), limits);
        while (!extraction.step(work)) {
        }
        const auto excerpts = extraction.take();
        if (!excerpts) return excerpts.error().message;
        std::string text;
        for (const auto& excerpt : *excerpts) {
            text += text.empty() ? "[" : " [";
            std::string inner;
            for (const auto& [labels, samples] : excerpt.series)
                inner += (inner.empty() ? "" : "; ") + play(labels, samples);
            text += inner + "]";
        }
        return text;
    }
};

const Labels kA{{"__name__", "a"}};
const Labels kB{{"__name__", "b"}};
const Labels kC{{"__name__", "c"}};

Want want(std::string name, Want::Part part, Timestamp after = kBefore, Timestamp until = kLast) {
    return {{Matcher::equal("__name__", std::move(name))}, after, until, part};
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "series::JoinedSource: shows what is in either store") {
    scrape({10}, {{kA, 1}});
    archive.append(kB, {20}, 2);
    archive.append(kB, {-5}, 3);
    CHECK(all() == "a 1@10; b 3@-5 2@20");
    CHECK(all({10}, {20}) == "b 2@20");
    CHECK(joined.select(std::vector{Matcher::equal("__name__", "b")}, kBefore, kLast).size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "series::JoinedSource: a series in both is there once, as it was seen") {
    scrape({10}, {{kA, 1}});
    archive.append(kA, {5}, 7);
    archive.append(kA, {12}, 8);
    CHECK(all() == "a 1@10");
    CHECK(all({0}, {9}) == "a 7@5"); // Where the agent saw nothing, the others' word counts.
    CHECK(all({10}, {20}) == "a 8@12");
}

TEST_CASE_FIXTURE(Fixture, "series::JoinedSource: the generation changes with each store") {
    const auto first = joined.generation();
    scrape({10}, {{kA, 1}});
    const auto second = joined.generation();
    CHECK(second != first);
    archive.append(kB, {20}, 2);
    const auto third = joined.generation();
    CHECK(third != second);
    archive.halve();
    CHECK(joined.generation() != third);
    CHECK(all() == "a 1@10");
}

TEST_CASE_FIXTURE(Fixture, "series::Extraction: copies what is wanted, part by part") {
    scrape({10}, {{kA, 1}, {kB, 5}});
    scrape({20}, {{kA, 2}, {kB, 5}});
    archive.append(kC, {15}, 3);
    using enum Want::Part;
    const std::vector wants{want("a", Samples), want("a", Newest), want("b", Labels),
                            want("c", Samples), want("none", Samples)};
    for (const std::size_t work : {1U, 2U, 1000U})
        CHECK(extracted(wants, {}, work) == "[a 1@10 2@20] [a 2@20] [b] [c 3@15] []");
    CHECK(extracted({want("a", Samples, {10}, {15})}) == "[]");
    CHECK(extracted({}) == "");
    CHECK(extracted({{{}, kBefore, {15}, Labels}}) == "[a; b; c]");
}

TEST_CASE_FIXTURE(Fixture, "series::Extraction: its limits hold over all wants together") {
    scrape({10}, {{kA, 1}, {kB, 5}});
    using enum Want::Part;
    const std::vector wants{want("a", Samples), want("b", Samples)};
    CHECK(extracted(wants, {.samples_max = 2, .series_max = 2}) == "[a 1@10] [b 5@10]");
    CHECK(extracted(wants, {.samples_max = 1}) ==
          "query processing would load too many samples into memory in query execution");
    CHECK(extracted(wants, {.series_max = 1}) == "more than 1 series match");
}

TEST_CASE_FIXTURE(Fixture, "series::Extraction: series may come and go between its pieces") {
    for (int i = 0; i < 10; ++i) archive.append(kA.with("i", std::to_string(i)), {i}, i);
    Extraction extraction(joined, {want("a", Want::Part::Samples)}, {});
    CHECK_FALSE(extraction.step(3));
    archive.halve(); // All of them had a single sample.
    archive.append(kA, {5}, 1);
    while (!extraction.step(3)) {
    }
    const auto excerpts = extraction.take();
    REQUIRE(excerpts);
    CHECK(excerpts->front().series.size() == 3);
}

TEST_CASE("series::ArchiveStore: many samples at once come back as if written one by one") {
    ArchiveStore store;
    const auto id = *store.series(kA);
    const auto write = [&](std::vector<Sample> samples) { return store.append(id, samples); };
    const auto text = [&] {
        std::string all;
        std::vector<Sample> samples;
        store.read(id, kBefore, kLast, samples);
        for (const auto& [t, value] : samples)
            all += std::to_string(static_cast<int>(value)) + "@" + std::to_string(t.ms) + " ";
        return all + std::to_string(store.sample_count());
    };
    CHECK(write({{{30}, 3}, {{10}, 1}, {{20}, 2}, {{10}, 4}}));
    CHECK(text() == "4@10 2@20 3@30 3");
    CHECK(write({{{40}, 5}}));
    CHECK(write({{{20}, 6}, {{15}, 7}, {{5}, 8}}));
    CHECK(text() == "8@5 4@10 7@15 6@20 3@30 5@40 6");
    CHECK(write({}));
    CHECK(write({{{30}, 9}}));
    CHECK(text() == "8@5 4@10 7@15 6@20 9@30 5@40 6");
}

TEST_CASE("series::ArchiveStore: a batch is stored whole or not at all") {
    ArchiveStore store({.series_max = 1, .samples_max = 3});
    const auto id = *store.series(kA);
    std::vector<Sample> four{{{1}, 1}, {{2}, 1}, {{3}, 1}, {{4}, 1}};
    CHECK_FALSE(store.append(id, four));
    CHECK(store.sample_count() == 0);
    four.pop_back();
    CHECK(store.append(id, four));
    CHECK(store.sample_count() == 3);
}

TEST_CASE("series::ArchiveStore: halving makes room for samples and for series") {
    ArchiveStore store({.series_max = 2, .samples_max = 100});
    for (int t = 1; t <= 5; ++t) store.append(kA, {t}, t);
    store.append(kB, {1}, 1);
    CHECK_FALSE(store.series(kC));
    store.halve();
    CHECK(store.sample_count() == 2);
    CHECK(store.latest(*store.series(kA), {3}, kLast)->value == 5);
    CHECK_FALSE(store.latest(*store.series(kA), kBefore, {3}));
    CHECK(store.series_count() == 1);
    const auto c = store.series(kC);
    REQUIRE(c);
    CHECK(store.labels(*c) == kC);
    CHECK(store.labels(1).empty()); // b's id stays its own.
}
