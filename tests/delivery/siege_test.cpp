#include "delivery/siege.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "delivery/plant.h"

namespace {

using namespace keepwatch;
using namespace keepwatch::delivery;

std::string said(const std::vector<std::string>& complaints) {
    return fmt::format("{}", fmt::join(complaints, "\n"));
}

// Two alerts come and one of them goes; receivers take everything. Returns the steps it took.
long small_history(Plant& plant) {
    {
        Life life(plant);
        plant.broken[0] = {true, true};
        life.scrape_all();
        life.pass(seconds(15), seconds(15));
        plant.broken[0] = {true, false};
        life.scrape_all();
        life.pass(seconds(15), seconds(15));
        if (plant.disk.has_power()) life.stop();
    }
    return plant.disk.steps();
}

} // namespace

TEST_CASE(
    "delivery: through faults of receivers and crashes nothing is lost, unknown or disordered") {
    for (std::uint32_t seed = 1; seed <= 3; ++seed) {
        CAPTURE(seed);
        const auto after = hold({seed, 150, 12});
        CHECK(said(after.complaints) == "");
        CHECK(after.alerts >= 150);
        CHECK(after.messages > after.alerts / 4); // What came and went in an outage is told once.
    }
}

TEST_CASE("delivery: whenever the power goes, all arrives, and at most one message twice") {
    const PlantSize size{1, 2};
    long steps = 0;
    {
        Plant plant(size, 1);
        steps = small_history(plant);
        CHECK(said(plant.oracle.judge()) == "");
    }
    REQUIRE(steps > 30);
    for (long cut = 0; cut <= steps; ++cut) {
        CAPTURE(cut);
        Plant plant(size, 1);
        plant.disk.cut_power_after(cut);
        small_history(plant);
        Life life(plant);
        life.scrape_all();
        life.pass(minutes(1));
        CHECK(said(plant.oracle.judge()) == "");
        CHECK(life.outstanding() == 0);
        CHECK(life.firing() == 1);
    }
}
