#include "notify/gate.h"

#include <doctest/doctest.h>

using namespace keepwatch;
using namespace keepwatch::notify;

namespace {

constexpr Timestamp kNow{1'000'000};

// How many requests go out at once, and how many in the minute after that.
std::pair<int, int> passes(Gate gate) {
    const auto count = [&](Timestamp until, Timestamp now) {
        int passed = 0;
        for (; now <= until && passed < 10'000; now = now + milliseconds(100))
            for (; gate.opens_at() <= now && passed < 10'000; ++passed) gate.pass(now);
        return passed;
    };
    const int at_once = count(kNow, kNow);
    return {at_once, count(kNow + minutes(1), kNow + milliseconds(1))};
}

} // namespace

TEST_CASE("notify::Gate: lets a burst through at once, and then the rate") {
    // The last is due when the minute is over.
    CHECK(passes(Gate({120, 10})) == std::pair(10, 119));
    CHECK(passes(Gate({60, 1})) == std::pair(1, 59));
    CHECK(passes(Gate({0, 1})).first == 10'000); // No rate.
}

TEST_CASE("notify::Gate: stays shut until the time that the receiver named") {
    Gate gate({0, 1});
    gate.hold(kNow + seconds(30));
    gate.hold(kNow + seconds(20)); // An earlier time opens nothing.
    CHECK(gate.opens_at() == kNow + seconds(30));
    gate.pass(kNow + seconds(30));
    CHECK(gate.opens_at() == kNow + seconds(30));
}
