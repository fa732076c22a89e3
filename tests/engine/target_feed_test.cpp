#include "engine/target_feed.h"

#include <bit>
#include <map>
#include <random>
#include <string>

#include <doctest/doctest.h>

#include "support/page_history.h"

using namespace keepwatch;
using namespace keepwatch::engine;

namespace {

constexpr Timestamp kStart{1'000'000};
constexpr Timestamp kEnd{100'000'000};

// A feed with a store of its own.
struct Side {
    explicit Side(std::size_t page_bytes_kept_max)
        : store({.retention = minutes(5)}),
          feed({"b1", "kafka", seconds(15), Labels{{"instance", "b1"}, {"job", "kafka"}}}, store,
               [](const Labels& labels, Origin) { return labels.get("t") != "7"; },
               {.page_bytes_kept_max = page_bytes_kept_max}) {}

    void page(Timestamp at, std::string_view body) {
        (void)feed.take(PageArrived{0, at, seconds(1), PageFormat::Text, body});
    }
    void fail(Timestamp at) { (void)feed.take(ScrapeFailed{0, at, seconds(1), "refused"}); }

    // All samples of all series.
    std::map<std::string, std::string> content() const {
        std::map<std::string, std::string> all;
        for (const auto id : store.select({}, Timestamp{}, kEnd)) {
            std::vector<Sample> samples;
            store.read(id, Timestamp{}, kEnd, samples);
            auto& text = all[store.labels(id).to_string()];
            for (const auto& [t, value] : samples)
                text += std::to_string(t.ms) + ":" +
                        std::to_string(std::bit_cast<std::uint64_t>(value)) + " ";
        }
        return all;
    }

    series::LiveStore store;
    TargetFeed feed;
};

std::string latest(const Side& side, std::string_view series) {
    const auto all = side.content();
    const auto found = all.find(std::string(series));
    return found == all.end() ? "none" : found->second;
}

} // namespace

TEST_CASE("engine::TargetFeed: what has changed comes to what the whole pages come to") {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const auto choose = [&](std::uint32_t n) {
            return static_cast<std::uint32_t>(random() % n);
        };
        exposition::PageHistory history(choose, false, 80);
        Side by_changes(1 << 20);
        Side whole(0);
        auto at = kStart;
        for (int step = 0; step < 40; ++step) {
            // Sometimes no later than the last, which is then passed over.
            at = at + seconds(choose(10) == 0 ? 0 : 15);
            const auto page = history.next();
            for (auto* side : {&by_changes, &whole}) {
                if (step % 13 == 12)
                    side->fail(at);
                else
                    side->page(at, page);
            }
            REQUIRE(by_changes.content() == whole.content());
        }
    }
}

TEST_CASE("engine::TargetFeed: two series of a page that are one in the store stay apart in time") {
    Side side(1 << 20);
    // Both become exported_instance="x" of this target.
    side.page(kStart, "a{instance=\"x\"} 1\na{exported_instance=\"x\"} 2\n");
    side.page(kStart + seconds(15), "a{instance=\"x\"} 5\na{exported_instance=\"x\"} 2\n");
    const auto two = std::to_string(std::bit_cast<std::uint64_t>(2.0));
    CHECK(latest(side, R"(a{exported_instance="x",instance="b1",job="kafka"})") ==
          "1000000:" + two + " 1015000:" + two + " ");
}
