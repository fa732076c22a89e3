#include "series/archive_store.h"

#include <bit>
#include <string>

#include <doctest/doctest.h>

using namespace keepwatch;
using namespace keepwatch::series;

namespace {

constexpr Timestamp kStart{-1};
constexpr Timestamp kEnd{1'000'000};

Timestamp at(std::int64_t ms) {
    return {ms};
}

std::string play(const ArchiveStore& store, SeriesId id, Timestamp after, Timestamp until) {
    std::vector<Sample> samples;
    store.read(id, after, until, samples);
    std::string text;
    for (const auto& [t, value] : samples)
        text += (text.empty() ? "" : " ") + std::to_string(static_cast<int>(value)) + "@" +
                std::to_string(t.ms);
    return text;
}

std::string select(const ArchiveStore& store, std::initializer_list<Matcher> matchers,
                   Timestamp after = kStart, Timestamp until = kEnd) {
    std::string text;
    for (const auto id : store.select({matchers.begin(), matchers.size()}, after, until))
        text += (text.empty() ? "" : " ") + store.labels(id).to_string();
    return text;
}

Matcher matcher(MatchOp op, std::string name, std::string value) {
    return Matcher::create(op, std::move(name), std::move(value)).value();
}

} // namespace

TEST_CASE("series::ArchiveStore: samples come back by time, whatever the order of writing") {
    ArchiveStore store;
    const Labels up{{"__name__", "up"}};
    for (const auto t : {30, 10, 40, 20}) CHECK(store.append(up, at(t), t));
    CHECK(play(store, 0, kStart, kEnd) == "10@10 20@20 30@30 40@40");
    CHECK(store.sample_count() == 4);
}

TEST_CASE("series::ArchiveStore: ranges are open on the left and closed on the right") {
    ArchiveStore store;
    for (const auto t : {10, 20, 30}) store.append({{"__name__", "up"}}, at(t), t);
    CHECK(play(store, 0, at(10), at(30)) == "20@20 30@30");
    CHECK(play(store, 0, at(9), at(29)) == "10@10 20@20");
    CHECK(play(store, 0, at(30), at(10)) == "");
    CHECK(store.latest(0, at(10), at(29))->value == 20);
    CHECK_FALSE(store.latest(0, at(20), at(29)));
    CHECK_FALSE(store.latest(0, at(-5), at(9)));
}

TEST_CASE("series::ArchiveStore: of two samples at one time the later written stays, bit by bit") {
    ArchiveStore store;
    const Labels up{{"__name__", "up"}};
    store.append(up, at(10), 1);
    store.append(up, at(10), stale_marker());
    CHECK(is_stale(store.latest(0, kStart, kEnd)->value));
    CHECK(store.sample_count() == 1);
}

TEST_CASE("series::ArchiveStore: series are selected in the order of their first sample") {
    ArchiveStore store;
    store.append({{"__name__", "up"}, {"job", "zk"}}, at(10), 1);
    store.append({{"__name__", "up"}, {"job", "kafka"}}, at(10), 1);
    store.append({{"__name__", "lag"}, {"job", "kafka"}}, at(20), 1);
    const auto up = Matcher::equal("__name__", "up");
    CHECK(select(store, {up}) == R"(up{job="zk"} up{job="kafka"})");
    CHECK(select(store, {up, Matcher::equal("job", "kafka")}) == R"(up{job="kafka"})");
    CHECK(select(store, {matcher(MatchOp::Regex, "job", "k.*")}) ==
          R"(up{job="kafka"} lag{job="kafka"})");
    CHECK(select(store, {up, matcher(MatchOp::NotEqual, "job", "kafka")}) == R"(up{job="zk"})");
    CHECK(select(store, {Matcher::equal("job", "nobody")}) == "");
    CHECK(select(store, {matcher(MatchOp::Regex, "nobody", ".+")}) == "");
    CHECK(select(store, {matcher(MatchOp::Equal, "rack", ""), up}) ==
          R"(up{job="zk"} up{job="kafka"})");
    CHECK(select(store, {}) == R"(up{job="zk"} up{job="kafka"} lag{job="kafka"})");
}

TEST_CASE("series::ArchiveStore: a series without a sample in the range is not selected") {
    ArchiveStore store;
    store.append({{"__name__", "up"}}, at(10), 1);
    store.append({{"__name__", "lag"}}, at(20), 1);
    CHECK(select(store, {}, at(10), at(20)) == "lag");
    CHECK(select(store, {}, at(5), at(10)) == "up");
}

TEST_CASE("series::ArchiveStore: its limits hold") {
    ArchiveStore store({.series_max = 1, .samples_max = 2});
    CHECK(store.append({{"__name__", "up"}}, at(10), 1));
    CHECK_FALSE(store.append({{"__name__", "lag"}}, at(10), 1));
    CHECK(store.append({{"__name__", "up"}}, at(20), 1));
    CHECK_FALSE(store.append({{"__name__", "up"}}, at(30), 1));
    CHECK(store.append({{"__name__", "up"}}, at(20), 7));
    CHECK(play(store, 0, kStart, kEnd) == "1@10 7@20");
}

TEST_CASE("series::ArchiveStore: what is dropped makes room and is no longer known") {
    ArchiveStore store({.series_max = 9, .samples_max = 2});
    store.append({{"__name__", "up"}}, at(10), 1);
    store.append({{"__name__", "up"}}, at(20), 1);
    CHECK(store.known_since() < at(0));
    store.drop_until(at(10));
    CHECK(play(store, 0, kStart, kEnd) == "1@20");
    CHECK(store.known_since() == at(10));
    CHECK(store.append({{"__name__", "up"}}, at(30), 1));
}

TEST_CASE("series::ArchiveStore: the generation tells of new series and of nothing else") {
    ArchiveStore store;
    store.append({{"__name__", "up"}}, at(10), 1);
    const auto before = store.generation();
    store.append({{"__name__", "up"}}, at(20), 1);
    CHECK(store.generation() == before);
    store.append({{"__name__", "lag"}}, at(20), 1);
    CHECK(store.generation() != before);
}
