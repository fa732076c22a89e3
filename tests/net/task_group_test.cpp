#include "net/task_group.h"

#include <doctest/doctest.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/clock.h"
#include "net/deadline.h"
#include "support/run_coroutine.h"

using namespace keepwatch;
namespace asio = boost::asio;

namespace {

asio::awaitable<void> sleep_long(int& ended) {
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
    co_await timer.async_wait(net::kNoThrow);
    ++ended;
}

asio::awaitable<bool> sleep_then_say(std::chrono::milliseconds delay) {
    asio::steady_timer timer(co_await asio::this_coro::executor, delay);
    co_await timer.async_wait(asio::use_awaitable);
    co_return true;
}

asio::awaitable<void> sleep_within_an_hour() {
    auto sleeping = sleep_then_say(std::chrono::hours(2));
    co_await net::within<bool>(std::chrono::hours(1), std::move(sleeping));
    FAIL_CHECK("it was not stopped");
}

} // namespace

TEST_CASE("net::TaskGroup: stops all it owns, and is empty when they have ended") {
    asio::io_context io{1};
    net::TaskGroup tasks(io.get_executor());
    int ended = 0;
    for (int i = 0; i < 3; ++i) tasks.spawn("sleeper", sleep_long(ended));
    tasks.spawn("racer", sleep_within_an_hour());
    io.poll();
    CHECK(tasks.size() == 4);
    tasks.stop();
    CHECK(testing::run_until(io, [&] { return tasks.empty(); }));
    CHECK(ended == 3);
}

TEST_CASE("net::within: gives what came in time, and nothing for what did not") {
    asio::io_context io{1};
    const auto f = [&](std::chrono::milliseconds limit, std::chrono::milliseconds delay) {
        return testing::run_coroutine(io, net::within<bool>(limit, sleep_then_say(delay)));
    };
    CHECK(f(std::chrono::hours(1), std::chrono::milliseconds(1)) == true);
    CHECK_FALSE(f(std::chrono::milliseconds(1), std::chrono::hours(1)).has_value());
}

TEST_CASE("net::ScaledClock: an hour is a second when it runs 3600 times as fast") {
    const net::ScaledClock clock(Timestamp{1'000'000}, 3600);
    CHECK(clock.now() >= Timestamp{1'000'000});
    CHECK(clock.real(hours(1)) == std::chrono::seconds(1));
    const auto before = clock.steady();
    while (clock.steady() == before) {
    }
    CHECK(clock.now() >= Timestamp{1'000'000} + before);
    CHECK(net::RealClock().real(milliseconds(7)) == std::chrono::milliseconds(7));
}
