#pragma once

#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "cli/keeper.h"
#include "delivery/oracle.h"
#include "delivery/stand_in.h"
#include "delivery/virtual_clock.h"
#include "engine/engine.h"
#include "net/task_group.h"
#include "notify/courier.h"
#include "support/frail_disk.h"

// What agents do to deliver, in one thread and in virtual time: the real Engine, Keeper, journal
// and couriers on a disk that loses what was not synced, before receivers that misbehave.
namespace keepwatch::delivery {

struct PlantSize {
    std::size_t targets = 10;
    std::size_t rules = 20; // As many alerts for each target.
};

// What outlives an agent: the world, the disk, time, and who judges.
struct Plant {
    explicit Plant(PlantSize with, std::uint32_t seed);

    engine::Setup setup() const;
    std::string page_of(std::size_t target) const;
    void flip(std::size_t count); // So many faults come or go.
    bool chance(double part) { return std::uniform_real_distribution<>()(random) < part; }

    PlantSize size;
    std::minstd_rand random;
    VirtualClock clock;
    testing::FrailDisk disk;
    Oracle oracle;
    Faults faults;
    alert::RuleSet rules;
    std::vector<std::vector<bool>> broken; // By target and rule.
    std::size_t fired = 0;                 // Alerts that agents said fire.
};

// One agent, from start to crash. Joins its stages as cli::Agent does, without collectors.
class Life {
public:
    // `folder`: of a journal on the machine's own disk instead of the frail one.
    explicit Life(Plant& plant, std::string folder = "");
    ~Life(); // A crash, unless it was stopped.

    void scrape_all(); // A page of each target, at the time that the clock has.
    void pass(Duration time, Duration step = seconds(1)); // Couriers do what is due.
    void stop();

    std::size_t outstanding() const;
    std::size_t requests() const { return network_.requests(); }
    const engine::Engine& engine() const { return *engine_; }
    const std::vector<std::string>& lines() const { return lines_; }
    std::size_t firing() const;

private:
    void start_courier(const std::string& sink);
    void take(Event event);
    void notice_clock_step();
    void apply(const Event& event);
    void run(); // Whatever is ready, until the disk has all and nobody has anything to do.
    void show_oracle();
    void show_oracle(const routing::Notification& notification);

    Plant& plant_;
    boost::asio::io_context io_{1};
    StandIn network_;
    std::unique_ptr<cli::Keeper> keeper_;
    std::unique_ptr<engine::Engine> engine_;
    std::vector<std::unique_ptr<notify::Courier>> couriers_;
    net::TaskGroup tasks_{io_.get_executor()};
    std::vector<std::string> lines_;
    Duration wall_ahead_;
    // What the oracle was shown, by sink and key: the revision, and whether it was safe.
    std::map<std::pair<std::string, std::string>, std::pair<std::uint64_t, bool>> shown_;
};

} // namespace keepwatch::delivery
