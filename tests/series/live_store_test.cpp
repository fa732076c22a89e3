#include "series/live_store.h"

#include <cmath>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace keepwatch;
using namespace keepwatch::series;

namespace {

constexpr Timestamp kAll{-1'000'000};
constexpr Timestamp kEnd{1'000'000'000};

Timestamp at(std::int64_t ms) {
    return {ms};
}

std::string name_of(double value) {
    if (is_stale(value)) return "stale";
    return std::isnan(value) ? "NaN" : std::to_string(static_cast<int>(value));
}

// One source, and its series by one letter.
struct Fixture {
    explicit Fixture(LiveStore::Limits limits = {.retention = milliseconds(1000)})
        : store(limits), source(store.add_source()) {}

    SeriesId id(std::string_view letter) {
        return store.series(source, {{"__name__", letter}}).value();
    }
    bool update(std::int64_t t, std::initializer_list<std::pair<std::string_view, double>> values,
                LiveStore::Update kind = LiveStore::Update::Full) {
        if (!store.begin(source, at(t))) return false;
        for (const auto& [letter, value] : values) CHECK(store.set(id(letter), value));
        store.end(source, kind);
        return true;
    }
    std::string read(std::string_view letter, Timestamp after = kAll, Timestamp until = kEnd) {
        std::vector<Sample> samples;
        store.read(id(letter), after, until, samples);
        std::string text;
        for (const auto& [t, value] : samples)
            text += (text.empty() ? "" : " ") + name_of(value) + "@" + std::to_string(t.ms);
        return text;
    }
    std::string latest(std::string_view letter, std::int64_t after, std::int64_t until) {
        const auto sample = store.latest(id(letter), at(after), at(until));
        return sample ? name_of(sample->value) + "@" + std::to_string(sample->t.ms) : "none";
    }
    std::string select(std::initializer_list<Matcher> matchers, Timestamp after = kAll,
                       Timestamp until = kEnd) {
        std::string text;
        for (const auto found : store.select({matchers.begin(), matchers.size()}, after, until))
            text += store.labels(found).to_string();
        return text;
    }
    std::size_t series() const { return store.stats().series; }

    LiveStore store;
    SourceId source;
};

constexpr auto kPartial = LiveStore::Update::Partial;

} // namespace

TEST_CASE("series::LiveStore: equal and changed values come back at the times of their updates") {
    Fixture f;
    f.update(10, {{"a", 1}, {"b", 5}});
    f.update(20, {{"a", 1}, {"b", 6}});
    f.update(30, {{"a", 2}, {"b", 5}});
    CHECK(f.read("a") == "1@10 1@20 2@30");
    CHECK(f.read("b") == "5@10 6@20 5@30");
    CHECK(f.read("a", at(10), at(20)) == "1@20");
    CHECK(f.read("a", at(9), at(29)) == "1@10 1@20");
    CHECK(f.read("a", at(30), at(40)) == "");
    CHECK(f.latest("a", 0, 25) == "1@20");
    CHECK(f.latest("a", 20, 25) == "none");
    CHECK(f.latest("a", 0, 9) == "none");
    CHECK(f.latest("a", 0, 100) == "2@30");
}

TEST_CASE("series::LiveStore: an update is refused unless it is later than the last") {
    Fixture f;
    CHECK(f.update(10, {{"a", 1}}));
    CHECK_FALSE(f.update(10, {{"a", 2}}));
    CHECK_FALSE(f.update(9, {{"a", 2}}));
    CHECK(f.read("a") == "1@10");
}

TEST_CASE("series::LiveStore: a series that a full update does not name is marked stale once") {
    Fixture f;
    f.update(10, {{"a", 1}, {"b", 1}});
    f.update(20, {{"a", 1}});
    f.update(30, {{"a", 1}});
    CHECK(f.read("b") == "1@10 stale@20");
    CHECK(f.latest("b", 0, 35) == "stale@20");
    CHECK(f.latest("b", 20, 35) == "none");
    f.update(40, {{"a", 1}, {"b", 1}});
    CHECK(f.read("b") == "1@10 stale@20 1@40");
    CHECK(f.read("a") == "1@10 1@20 1@30 1@40");
}

TEST_CASE("series::LiveStore: a partial update says nothing of what it does not name") {
    Fixture f;
    f.update(10, {{"a", 1}, {"b", 1}}, kPartial);
    f.update(20, {{"a", 1}}, kPartial);
    f.update(30, {{"b", 1}}, kPartial);
    CHECK(f.read("a") == "1@10 1@20");
    CHECK(f.read("b") == "1@10 1@30");
    CHECK(f.latest("a", 0, 35) == "1@20");
    CHECK(f.latest("b", 0, 25) == "1@10");
    f.update(40, {{"b", 1}});
    CHECK(f.read("a") == "1@10 1@20 stale@40");
}

TEST_CASE("series::LiveStore: set twice in an update, the last value stays") {
    Fixture f;
    f.update(10, {{"a", 1}});
    f.update(20, {{"a", 2}, {"a", 1}});
    f.update(30, {{"a", 1}, {"a", 3}});
    f.update(40, {{"a", 4}, {"a", stale_marker()}});
    f.update(50, {});
    CHECK(f.read("a") == "1@10 1@20 3@30 stale@40");
}

TEST_CASE("series::LiveStore: values are told apart by their bits") {
    Fixture f;
    f.update(10, {{"a", 0.0}});
    f.update(20, {{"a", -0.0}});
    f.update(30, {{"a", std::nan("")}});
    CHECK_FALSE(std::signbit(f.store.latest(0, at(0), at(10))->value));
    CHECK(std::signbit(f.store.latest(0, at(0), at(20))->value));
    CHECK(f.read("a") == "0@10 0@20 NaN@30");
}

TEST_CASE("series::LiveStore: a source can be marked stale as a whole, at any time") {
    Fixture f;
    f.store.mark_all_stale(f.source, at(5));
    f.update(10, {{"a", 1}, {"b", 2}});
    f.store.mark_all_stale(f.source, at(10));
    CHECK(f.read("a") == "1@10 stale@11");
    CHECK(f.read("b") == "2@10 stale@11");
    f.store.mark_all_stale(f.source, at(50));
    CHECK(f.read("a") == "1@10 stale@11");
}

TEST_CASE("series::LiveStore: samples older than the retention are gone") {
    Fixture f;
    for (const auto t : {100, 600, 1100, 1101}) f.update(t, {{"a", t == 600 ? 2 : 1}});
    CHECK(f.read("a") == "2@600 1@1100 1@1101");
    f.store.advance(at(1700));
    CHECK(f.read("a") == "1@1100 1@1101");
    CHECK(f.latest("a", 0, 700) == "none");
}

TEST_CASE("series::LiveStore: a series without a sample for the whole retention is removed") {
    Fixture f;
    f.update(100, {{"a", 1}, {"b", 1}});
    const auto b = f.id("b");
    const auto generation = f.store.generation();
    f.update(200, {{"a", 1}});
    f.update(1200, {{"a", 1}});
    CHECK(f.series() == 1);
    CHECK(f.store.labels(b).empty());
    CHECK(f.store.generation() != generation);
    CHECK(f.store.removals(f.source) == 1);
    REQUIRE(f.store.begin(f.source, at(1300)));
    CHECK_FALSE(f.store.set(b, 1));
    f.store.end(f.source);
    CHECK(f.id("b") != b);
}

TEST_CASE("series::LiveStore: series of a source that fell silent are removed too") {
    Fixture f;
    f.update(100, {{"a", 1}});
    f.store.advance(at(1099));
    CHECK(f.series() == 1);
    f.store.advance(at(1100));
    CHECK(f.series() == 0);
}

TEST_CASE("series::LiveStore: an id that series() just gave out is good in the next update") {
    Fixture f;
    f.update(100, {{"a", 1}});
    f.update(200, {});
    const auto a = f.id("a");
    REQUIRE(f.store.begin(f.source, at(1200)));
    CHECK(f.store.set(a, 1));
    f.store.end(f.source);
    CHECK(f.read("a") == "1@1200");
}

TEST_CASE("series::LiveStore: a retired source ends its series and is forgotten with them") {
    Fixture f;
    f.update(100, {{"a", 1}});
    f.store.retire(f.source, at(150));
    CHECK(is_stale(f.store.latest(0, at(0), at(200))->value));
    f.store.advance(at(1149));
    CHECK(f.series() == 1);
    f.store.advance(at(1151));
    CHECK(f.series() == 0);
    CHECK(f.store.stats().bytes == 0);
    CHECK(f.store.add_source() != f.source);
}

TEST_CASE("series::LiveStore: two sources cannot have one series") {
    Fixture f;
    f.update(10, {{"a", 1}});
    const auto other = f.store.add_source();
    CHECK_FALSE(f.store.series(other, {{"__name__", "a"}}));
    CHECK(f.store.stats().series_in_dispute == 1);
}

TEST_CASE("series::LiveStore: sources have times of their own") {
    Fixture f;
    const auto other = f.store.add_source();
    f.update(10, {{"a", 1}});
    REQUIRE(f.store.begin(other, at(5)));
    const auto x = f.store.series(other, {{"__name__", "x"}}).value();
    CHECK(f.store.set(x, 7));
    f.store.end(other);
    CHECK(f.store.latest(x, at(0), at(100))->t == at(5));
    CHECK(f.read("a") == "1@10");
}

TEST_CASE("series::LiveStore: samples with a time of their own stand beside those of updates") {
    Fixture f;
    f.update(10, {{"b", 1}});
    const auto append = [&](std::int64_t t, double v) {
        return f.store.append(f.id("a"), at(t), v);
    };
    CHECK(append(12, 1));
    CHECK(append(12, 2)); // Dropped: not after the last.
    CHECK(append(11, 3)); // Dropped.
    CHECK(append(15, 4));
    f.update(20, {{"b", 1}});
    CHECK(f.read("a") == "1@12 4@15");
    f.update(30, {{"a", 5}});
    CHECK(append(35, 6));
    CHECK(f.read("a") == "1@12 4@15 5@30 6@35");
    CHECK(f.read("a", at(12), at(30)) == "4@15 5@30");
    CHECK(f.latest("a", 0, 34) == "5@30");
    CHECK(f.latest("a", 0, 40) == "6@35");
    CHECK(f.latest("a", 12, 29) == "4@15");
    CHECK(append(30 + 600'001, 1)); // Dropped: more than ten minutes ahead.
    CHECK(f.store.stats().samples_refused == 3);
}

TEST_CASE("series::LiveStore: at one moment the sample of the update stands") {
    Fixture f;
    f.update(10, {{"b", 1}});
    CHECK(f.store.append(f.id("a"), at(20), 1));
    f.update(20, {{"a", 2}});
    CHECK(f.read("a") == "2@20");
    CHECK(f.latest("a", 0, 20) == "2@20");
}

TEST_CASE("series::LiveStore: a step of the clock moves everything") {
    Fixture f;
    f.update(1000, {{"a", 1}});
    CHECK(f.store.append(f.id("t"), at(1100), 1));
    f.update(1200, {{"a", 2}});
    f.store.shift_time(milliseconds(-900));
    CHECK(f.read("a") == "1@100 2@300");
    CHECK(f.read("t") == "1@200");
    CHECK(f.store.known_since() == at(100));
    CHECK_FALSE(f.update(300, {{"a", 3}}));
    CHECK(f.update(301, {{"a", 3}}));
    f.store.shift_time(hours(1));
    CHECK(f.read("a") == "1@3600100 2@3600300 3@3600301");
}

TEST_CASE(
    "series::LiveStore: history is known since the first update, and no longer than it is kept") {
    Fixture f;
    CHECK(f.store.known_since() > kEnd);
    f.update(100, {{"a", 1}});
    CHECK(f.store.known_since() == at(100));
    f.update(1050, {{"a", 1}});
    CHECK(f.store.known_since() == at(100));
    f.update(1200, {{"a", 1}});
    CHECK(f.store.known_since() == at(200));
    f.store.set_known_since(at(700));
    CHECK(f.store.known_since() == at(700));
    CHECK(f.store.stats().history.ms == 500);
}

TEST_CASE("series::LiveStore: series are found by matchers, in the order they were added") {
    Fixture f;
    f.update(10, {{"b", 1}, {"a", 1}});
    f.update(20, {{"a", 1}});
    CHECK(f.select({}) == "ba");
    CHECK(f.select({Matcher::equal("__name__", "a")}) == "a");
    CHECK(f.select({}, at(20), at(30)) == "");
    CHECK(f.select({}, at(19), at(30)) == "ba"); // b by its staleness marker.
    CHECK(f.select({Matcher::create(MatchOp::NotRegex, "__name__", "a|c").value()}) == "b");
}

TEST_CASE("series::LiveStore: beyond series_max further series are refused and counted") {
    Fixture f({.retention = milliseconds(1000), .series_max = 2});
    f.update(10, {{"a", 1}, {"b", 1}});
    CHECK_FALSE(f.store.series(f.source, {{"__name__", "c"}}));
    CHECK(f.store.series(f.source, {{"__name__", "a"}}));
    CHECK(f.store.stats().series_refused == 1);
}

TEST_CASE("series::LiveStore: beyond bytes_max the oldest history goes first") {
    Fixture f({.retention = hours(1), .bytes_max = 16'000, .retention_min = seconds(60)});
    std::int64_t t = 0;
    for (int i = 0; i < 2000; ++i) f.update(t += 1000, {{"a", i}, {"b", i}});
    const auto stats = f.store.stats();
    CHECK(stats.bytes <= 16'000);
    CHECK(stats.history_cuts > 0);
    CHECK(stats.history < minutes(20));
    CHECK(stats.history >= seconds(60));
    CHECK(f.store.known_since() == at(t) - stats.history);
    CHECK(f.latest("a", t - 60'000, t) == "1999@" + std::to_string(t));
    CHECK(f.store.latest(0, at(0), f.store.known_since()) == std::nullopt);
}

TEST_CASE("series::LiveStore: when the shortest history does not fit, new series are refused") {
    Fixture f({.retention = hours(1), .bytes_max = 1'000, .retention_min = hours(1)});
    for (int i = 0; i < 10; ++i)
        (void)f.store.series(f.source, {{"__name__", "a" + std::to_string(i)}});
    CHECK(f.store.stats().series < 10);
    CHECK(f.store.stats().series_refused == 10 - f.store.stats().series);
}

TEST_CASE("series::LiveStore: what does not change costs 8 bytes an update") {
    Fixture f({.retention = hours(1)});
    std::int64_t t = 0;
    f.update(t += 1000, {{"a", 1}, {"b", 2}, {"c", 3}});
    const auto before = f.store.stats().bytes;
    for (int i = 0; i < 1000; ++i) f.update(t += 1000, {{"a", 1}, {"b", 2}, {"c", 3}});
    CHECK(f.store.stats().bytes == before + 8'000);
}

TEST_CASE("series::LiveStore: once the retention is full, memory does not grow") {
    Fixture f({.retention = seconds(100)});
    std::int64_t t = 0;
    std::size_t most = 0;
    for (int i = 0; i < 5000; ++i) {
        f.update(t += 1000, {{"a", i}, {"b", i / 7}, {"gone" + std::to_string(100 + i / 50), 1}});
        if (i == 500) most = f.store.stats().bytes;
    }
    CHECK(f.store.stats().bytes <= most);
    CHECK(f.series() <= 6);
}

TEST_CASE("series::LiveStore: what an update of changes does not name is as it was") {
    constexpr auto changes = LiveStore::Update::Changes;
    Fixture f;
    f.update(10, {{"a", 1}, {"b", 5}, {"c", 7}});
    f.update(20, {{"b", 6}}, changes);
    CHECK(f.read("a") == "1@10 1@20");
    CHECK(f.read("b") == "5@10 6@20");
    REQUIRE(f.store.begin(f.source, at(30)));
    f.store.leave(f.id("a"), LiveStore::Update::Full);
    f.store.leave(f.id("b"), LiveStore::Update::Partial);
    f.store.end(f.source, changes);
    f.update(40, {{"d", 1}}, changes);
    CHECK(f.read("a") == "1@10 1@20 stale@30");
    CHECK(f.read("b") == "5@10 6@20");
    CHECK(f.read("c") == "7@10 7@20 7@30 7@40");
    f.update(50, {{"d", 1}});
    CHECK(f.read("b") == "5@10 6@20 stale@50");
    CHECK(f.read("c") == "7@10 7@20 7@30 7@40 stale@50");
    CHECK(f.read("d") == "1@40 1@50");
}
