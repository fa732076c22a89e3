#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/no_throw.h"

namespace keepwatch::serve {

namespace asio = boost::asio;

// One value that another thread gives to a coroutine that waits for it. Whoever gives need not know
// whether somebody still waits.
template <class T> class Awaited {
public:
    // For the other thread, and once. Wakes the coroutine.
    void give(T value) {
        const std::lock_guard lock(mutex_);
        value_.emplace(std::move(value));
        if (wake_) wake_();
    }

    // Waits until the value is there; nothing if the coroutine is cancelled before.
    static asio::awaitable<std::optional<T>> wait(std::shared_ptr<Awaited> awaited) {
        const auto executor = co_await asio::this_coro::executor;
        const auto alarm =
            std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
        const Waiting waiting(*awaited, [executor, weak = std::weak_ptr(alarm)] {
            asio::post(executor, [weak] {
                if (const auto here = weak.lock()) here->cancel();
            });
        });
        // Woken on this thread only, so between this look and the waiting nothing can be missed.
        if (!awaited->is_there()) {
            const auto woken = co_await alarm->async_wait(net::kNoThrow);
            static_cast<void>(woken);
        }
        co_return awaited->take();
    }

private:
    // While it lives, the executor does too, and may be posted to.
    struct Waiting {
        Waiting(Awaited& in, std::function<void()> wake) : awaited(in) {
            const std::lock_guard lock(awaited.mutex_);
            awaited.wake_ = std::move(wake);
        }
        ~Waiting() {
            const std::lock_guard lock(awaited.mutex_);
            awaited.wake_ = nullptr;
        }
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;
        Awaited& awaited;
    };

    bool is_there() {
        const std::lock_guard lock(mutex_);
        return value_.has_value();
    }
    std::optional<T> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(value_, std::nullopt);
    }

    std::mutex mutex_;
    std::optional<T> value_;
    std::function<void()> wake_;
};

} // namespace keepwatch::serve
