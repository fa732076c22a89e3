#include "collect/grid.h"

#include <doctest/doctest.h>

#include <set>

using namespace keepwatch;
using collect::Grid;

TEST_CASE("collect::Grid: a target keeps its moments, spread over the interval by its name") {
    std::set<std::int64_t> offsets;
    for (const auto* name : {"broker-1", "broker-2", "broker-3", "zk-1"}) {
        const Grid grid(name, seconds(15));
        const auto tick = grid.at_or_before({1'000'000});
        CHECK(tick <= Timestamp{1'000'000});
        CHECK(tick > Timestamp{985'000});
        CHECK(grid.at_or_before(tick) == tick);
        CHECK(grid.after(tick) == tick + seconds(15));
        CHECK(grid.after(tick - milliseconds(1)) == tick);
        offsets.insert(tick.ms % 15'000);
    }
    CHECK(offsets.size() == 4);
    CHECK(Grid("broker-1", seconds(15)).at_or_before({1'000'000}).ms == 999'990);
}

TEST_CASE("collect::Grid: before 1970 too") {
    const Grid grid("b", seconds(10));
    const auto tick = grid.at_or_before({-5});
    CHECK(tick.ms <= -5);
    CHECK(tick.ms > -10'005);
    CHECK((grid.at_or_before({5}).ms - tick.ms) % 10'000 == 0);
}

TEST_CASE("collect::Grid: next is the first tick that is not missed and not too near") {
    const Grid grid("b", seconds(10));
    const auto tick = grid.at_or_before({1'000'000});
    const auto f = [&](Duration scheduled, Duration now) {
        return (grid.next(tick + scheduled, tick + now) - tick).ms / 1000;
    };
    CHECK(f(seconds(0), seconds(0)) == 10);
    CHECK(f(seconds(0), seconds(9)) == 10);
    CHECK(f(seconds(0), seconds(10)) == 20);
    CHECK(f(seconds(0), seconds(35)) == 40);
    CHECK(f(seconds(2), seconds(3)) == 10); // Off the grid, as at the start.
    CHECK(f(seconds(6), seconds(7)) == 20); // Four seconds are too near.
    CHECK(f(seconds(6), seconds(11)) == 20);
    CHECK(f(seconds(10), seconds(9)) == 20);     // Woken a little early.
    CHECK(f(hours(1), seconds(4)) == 10);        // The clock was set back by an hour.
    CHECK(f(seconds(0), hours(1)) == 3600 + 10); // Or forward.
}

TEST_CASE(
    "collect::Grid: a scrape stands for the moment it was planned for, unless the clock was set") {
    const Grid grid("b", seconds(10));
    const auto tick = grid.at_or_before({1'000'000});
    CHECK(grid.scheduled(tick, tick - milliseconds(2)) == tick);
    CHECK(grid.scheduled(tick, tick) == tick);
    CHECK(grid.scheduled(tick, tick + seconds(9)) == tick);
    CHECK(grid.scheduled(tick, tick + hours(1) + seconds(3)) == tick + hours(1));
    CHECK(grid.scheduled(tick, tick - hours(1) + seconds(3)) == tick - hours(1));
}
