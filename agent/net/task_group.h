#pragma once

#include <list>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

namespace keepwatch::net {

namespace asio = boost::asio;

// Owns long-lived coroutines, so that none is ever detached: whoever spawns also stops.
//
// A task ends by returning or by being cancelled. Any other exception is a bug; it is printed with
// the task's name and ends the process: a watcher that lost a limb must be restarted, not trusted.
//
// All calls on the thread that runs the executor. Before the group is destroyed it must be stopped
// and the loop run until it is empty, or the loop itself must never run again. What tasks refer to
// must live as long.
class TaskGroup {
public:
    explicit TaskGroup(asio::any_io_executor executor) : executor_(std::move(executor)) {}
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    void spawn(std::string name, asio::awaitable<void> task);

    // Asks every task to end; they do so from the event loop.
    void stop();
    bool empty() const { return tasks_.empty(); }
    std::size_t size() const { return tasks_.size(); }

private:
    struct Task {
        std::string name;
        asio::cancellation_signal cancel;
    };
    asio::any_io_executor executor_;
    std::list<Task> tasks_; // A list, because a signal must stay where it is.
};

} // namespace keepwatch::net
