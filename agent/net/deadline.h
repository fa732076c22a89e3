#pragma once

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/no_throw.h"

namespace keepwatch::net {

// Waits for `work`, but no longer than `limit`: then cancels it and returns nothing. Every
// operation inside must obey cancellation.
template <class T>
asio::awaitable<std::optional<T>> within(std::chrono::nanoseconds limit, asio::awaitable<T> work) {
    using asio::experimental::awaitable_operators::operator||;
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, limit);
    auto alarm = timer.async_wait(asio::use_awaitable);
    auto race = std::move(work) || std::move(alarm);
    auto first = co_await std::move(race);
    if (first.index() != 0) co_return std::nullopt;
    co_return std::optional<T>(std::move(std::get<0>(first)));
}

} // namespace keepwatch::net
