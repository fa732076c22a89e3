#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace keepwatch::testing {

inline constexpr std::chrono::seconds kPatience{60}; // After that a test hangs and has failed.

template <class T>
boost::asio::awaitable<void> keep_result(boost::asio::awaitable<T> work, std::optional<T>& result) {
    auto value = co_await std::move(work);
    result.emplace(std::move(value));
}

// Runs the loop until the coroutine has ended.
template <class T> T run_coroutine(boost::asio::io_context& io, boost::asio::awaitable<T> work) {
    std::optional<T> result;
    std::exception_ptr failure;
    const auto ended = [&failure](const std::exception_ptr& thrown) { failure = thrown; };
    boost::asio::co_spawn(io, keep_result(std::move(work), result), ended);
    io.restart();
    const auto give_up = std::chrono::steady_clock::now() + kPatience;
    while (!result && !failure && io.run_one_until(give_up) > 0) {
    }
    if (failure) std::rethrow_exception(failure);
    if (!result) throw std::runtime_error("the coroutine did not end");
    return std::move(*result);
}

// How often a condition is looked at that another thread may make true while the loop has nothing.
inline constexpr std::chrono::milliseconds kLook{5};

// Runs the loop until the condition holds, or there is nothing left to run; whether it holds.
template <class Condition> bool run_until(boost::asio::io_context& io, Condition condition) {
    io.restart();
    const auto give_up = std::chrono::steady_clock::now() + kPatience;
    while (!condition() && std::chrono::steady_clock::now() < give_up)
        if (io.run_one_for(kLook) == 0 && io.stopped()) break;
    return condition();
}

} // namespace keepwatch::testing
