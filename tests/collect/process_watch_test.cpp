#include "collect/process_watch.h"

#include <doctest/doctest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "net/task_group.h"
#include "support/collecting.h"
#include "support/listening_child.h"
#include "support/temp_dir.h"

using namespace keepwatch;
using config::ProcessWatch;
using testing::Collecting;
using testing::ListeningChild;

namespace {

std::map<std::string, double> by_name(const std::vector<Fact>& facts) {
    std::map<std::string, double> values;
    for (const auto& fact : facts) values[fact.name] = fact.value;
    return values;
}

// What was told of keepwatch_process_up, in order.
std::vector<double> ups(const Collecting& collecting) {
    std::vector<double> values;
    for (const auto& facts : collecting.facts)
        values.push_back(by_name(facts).at("keepwatch_process_up"));
    return values;
}

config::Target watched(std::uint16_t port) {
    auto target = Collecting::target(fmt::format("http://127.0.0.1:{}/metrics", port));
    target.kind = config::TargetKind::Kafka;
    target.process.by = ProcessWatch::By::Listener;
    return target;
}

// Runs a watch by pidfile until it has told `count` times.
std::vector<std::vector<Fact>> told(const std::string& pidfile, std::size_t count) {
    boost::asio::io_context io{1};
    const net::ScaledClock clock(Timestamp{}, 100);
    std::vector<std::vector<Fact>> facts;
    collect::ProcessWatching watching(
        collect::ProcessFinder("/proc", {ProcessWatch::By::Pidfile, pidfile}, 0, ""));
    watching.interval = seconds(1);
    watching.learn = [&](std::vector<Fact> learned) { facts.push_back(std::move(learned)); };
    watching.log = [](std::string_view) {};
    net::TaskGroup tasks(io.get_executor());
    tasks.spawn("watch", collect::watch_process(io.get_executor(), clock, std::move(watching)));
    CHECK(testing::run_until(io, [&] { return facts.size() >= count; }));
    tasks.stop();
    CHECK(testing::run_until(io, [&] { return tasks.empty(); }));
    return facts;
}

} // namespace

TEST_CASE("collect::watch_process: the end of who listens is told at once, and its successor") {
    auto child = std::make_unique<ListeningChild>();
    const auto port = child->port();
    Collecting collecting(20);
    collecting.start(watched(port)); // Whose interval is a day: nothing here is told by routine.
    const auto wait = [&](std::size_t count) {
        return testing::run_until(collecting.io, [&] { return collecting.facts.size() >= count; });
    };
    REQUIRE(wait(1));
    REQUIRE(!collecting.log.empty());
    CHECK(collecting.log[0] == fmt::format("t: watching process {}", child->id()));

    child->kill(); // And not buried yet: a zombie is no process.
    REQUIRE(wait(2));
    CHECK(ups(collecting) == std::vector<double>{1, 0});
    CHECK(collecting.facts[1].size() == 1);
    child->bury();

    const ListeningChild successor(port);
    REQUIRE(wait(3));
    CHECK(ups(collecting) == std::vector<double>{1, 0, 1});
    CHECK(collecting.log.back() == fmt::format("t: watching process {}", successor.id()));
}

TEST_CASE("collect::watch_process: tells what the process uses, every interval") {
    const testing::TempDir dir;
    const auto all = told(dir.write("pid", fmt::format("{}\n", ::getpid())), 3);
    REQUIRE(all.size() >= 3);
    for (const auto& facts : all) {
        auto values = by_name(facts);
        CHECK(values.size() == 7);
        CHECK(values["keepwatch_process_up"] == 1);
        rlimit limit{};
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
        if (limit.rlim_cur != RLIM_INFINITY)
            CHECK(values["keepwatch_process_max_fds"] == static_cast<double>(limit.rlim_cur));
        CHECK(values["keepwatch_process_open_fds"] >= 3);
        CHECK(values["keepwatch_process_cpu_seconds_total"] >= 0);
        CHECK(values["keepwatch_process_resident_memory_bytes"] > 1 << 20);
        CHECK(values["keepwatch_process_threads"] >= 1);
        CHECK(values["keepwatch_process_start_time_seconds"] > 1e9);
    }
}

TEST_CASE("collect::watch_process: that it is gone is told every interval, too") {
    const testing::TempDir dir;
    ListeningChild child;
    const auto pidfile = dir.write("pid", fmt::format("{}", child.id()));
    boost::asio::io_context io{1};
    const net::ScaledClock clock(Timestamp{}, 100);
    std::vector<double> values;
    collect::ProcessWatching watching(
        collect::ProcessFinder("/proc", {ProcessWatch::By::Pidfile, pidfile}, 0, ""));
    watching.interval = seconds(1);
    watching.learn = [&](const std::vector<Fact>& facts) {
        values.push_back(by_name(facts).at("keepwatch_process_up"));
    };
    watching.log = [](std::string_view) {};
    net::TaskGroup tasks(io.get_executor());
    tasks.spawn("watch", collect::watch_process(io.get_executor(), clock, std::move(watching)));
    CHECK(testing::run_until(io, [&] { return !values.empty(); }));
    child.kill();
    CHECK(
        testing::run_until(io, [&] { return std::count(values.begin(), values.end(), 0.0) >= 3; }));
    CHECK(std::is_sorted(values.rbegin(), values.rend())); // Ones, then zeros.
    tasks.stop();
    CHECK(testing::run_until(io, [&] { return tasks.empty(); }));
}

TEST_CASE("collect::watch_process: of a process that was never found nothing is known") {
    Collecting collecting(100);
    std::uint16_t port = 0;
    {
        const ListeningChild nobody;
        port = nobody.port();
    }
    collecting.start(watched(port));
    CHECK(testing::run_until(collecting.io, [&] { return !collecting.log.empty(); }));
    CHECK(collecting.log[0] == fmt::format("t: found no process that listens on port {}; "
                                           "keepwatch_process_up is not known",
                                           port));
    CHECK(collecting.facts.empty());
}
