#include "delivery/siege.h"

#include <memory>
#include <optional>

#include <fmt/format.h>

#include "delivery/plant.h"

namespace keepwatch::delivery {
namespace {

constexpr Duration kRound = seconds(15);
constexpr int kStepsOfALifeMax = 200; // Of the disk and the network.
constexpr int kRoundsOfALifeMax = 12;
constexpr Duration kPeace = hours(2); // Longer than any Retry-After and back-off.

void choose_faults(Plant& plant) {
    plant.faults = {};
    plant.faults.outage = plant.chance(0.2);
    if (plant.chance(0.7)) plant.faults.late = 0.3;
    if (plant.chance(0.5)) plant.faults.broken = 0.2;
    if (plant.chance(0.5)) plant.faults.unheard = 0.2;
}

void live_until_crash(Plant& plant, Aftermath& after) {
    if (plant.chance(0.8))
        plant.disk.cut_power_after(static_cast<long>(plant.random() % kStepsOfALifeMax));
    Life life(plant);
    for (int round = 0; round < kRoundsOfALifeMax && plant.disk.has_power(); ++round) {
        choose_faults(plant);
        plant.flip(plant.random() % 8);
        if (plant.chance(0.05)) plant.clock.set_wall(plant.chance(0.5) ? hours(1) : -hours(1));
        life.scrape_all();
        life.pass(kRound);
    }
    after.requests += life.requests();
}

void make_peace(Plant& plant, Aftermath& after) {
    plant.faults = {};
    Life life(plant);
    for (int round = 0; round < 3; ++round) {
        life.pass(kRound);
        life.scrape_all();
    }
    life.pass(kPeace, minutes(1));
    after.requests += life.requests();
    if (life.outstanding() > 0)
        after.complaints.push_back(fmt::format("{} are outstanding", life.outstanding()));
    std::size_t broken = 0;
    for (const auto& target : plant.broken)
        for (const bool one : target) broken += one ? 1 : 0;
    if (life.firing() != broken)
        after.complaints.push_back(fmt::format("{} fire, not {}", life.firing(), broken));
}

} // namespace

Aftermath hold(const Siege& siege) {
    Plant plant({}, siege.seed);
    Aftermath after;
    while (after.crashes < siege.crashes || plant.fired < siege.alerts) {
        live_until_crash(plant, after);
        ++after.crashes;
    }
    make_peace(plant, after);
    after.alerts = plant.fired;
    after.messages = plant.oracle.messages();
    after.repeats = plant.oracle.repeats();
    for (auto& complaint : plant.oracle.judge()) after.complaints.push_back(std::move(complaint));
    return after;
}

} // namespace keepwatch::delivery
