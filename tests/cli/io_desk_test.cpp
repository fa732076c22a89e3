#include "cli/io_desk.h"

#include <chrono>
#include <future>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "cli/agent_backend.h"

using namespace keepwatch;
using namespace keepwatch::cli;

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kNever = Clock::time_point::max();

// A loop on a thread of its own, as the io thread is.
struct Loop {
    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        io.get_executor()};
    std::thread thread{[this] { io.run(); }};
    IoDesk desk{io.get_executor()};

    ~Loop() {
        work.reset();
        thread.join();
    }
};

std::string outcome(const Result<void>& result) {
    return result ? "done" : result.error().message;
}

} // namespace

TEST_CASE("cli::IoDesk: does what is asked piece by piece on the loop's thread") {
    Loop loop;
    int pieces = 0; // The loop's thread writes it, and we read it when that is over.
    bool elsewhere = false;
    const auto result = loop.desk.run(
        [&] {
            elsewhere = std::this_thread::get_id() == loop.thread.get_id();
            return ++pieces == 5;
        },
        kNever);
    CHECK(outcome(result) == "done");
    CHECK(pieces == 5);
    CHECK(elsewhere);
}

TEST_CASE("cli::IoDesk: whoever waits too long is told, and the rest is not done") {
    boost::asio::io_context io{1};
    IoDesk desk(io.get_executor());
    int pieces = 0;
    CHECK(outcome(desk.run([&] { return ++pieces == 9; }, Clock::now())) ==
          "the agent was too busy");
    io.run();
    CHECK(pieces == 0);
}

TEST_CASE("cli::IoDesk: closing tells all who wait") {
    Loop loop;
    std::promise<void> begun;
    bool told = false;
    auto waiting = std::async(std::launch::async, [&] {
        return loop.desk.run(
            [&] {
                if (!told) begun.set_value();
                told = true;
                return false; // Never done.
            },
            kNever);
    });
    begun.get_future().wait();
    loop.desk.close();
    CHECK(outcome(waiting.get()) == "the agent stops");
    CHECK(outcome(loop.desk.run([] { return true; }, kNever)) == "the agent stops");
    CHECK(loop.desk.is_closed());
}

TEST_CASE("cli::split: events are small, and nothing is lost") {
    const auto shape = [](std::vector<PushedSeries> series) {
        std::string text;
        for (const auto& event : split(std::move(series), 3)) {
            text += "[";
            for (const auto& [labels, samples] : event.series) {
                text += labels.to_string();
                for (const auto& sample : samples) text += std::to_string(sample.t.ms);
            }
            text += "]";
        }
        return text;
    };
    const Labels a{{"__name__", "a"}};
    const Labels b{{"__name__", "b"}};
    CHECK(shape({{a, {{{1}, 0}, {{2}, 0}}}, {b, {{{3}, 0}}}}) == "[a12b3]");
    CHECK(shape({{a, {{{1}, 0}, {{2}, 0}}}, {b, {{{3}, 0}, {{4}, 0}}}}) == "[a12b3][b4]");
    CHECK(shape({{a, {{{1}, 0}, {{2}, 0}, {{3}, 0}, {{4}, 0}, {{5}, 0}, {{6}, 0}, {{7}, 0}}}}) ==
          "[a123][a456][a7]");
}
