#include "net/task_group.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/core.h>

namespace keepwatch::net {
namespace {

void end_process_unless_cancelled(const std::string& task, const std::exception_ptr& failure) {
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const asio::multiple_exceptions& error) { // Of a race in which all were cancelled.
        return end_process_unless_cancelled(task, error.first_exception());
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) return;
        fmt::print(stderr, "task {}: {}\n", task, error.what());
    } catch (const std::exception& error) {
        fmt::print(stderr, "task {}: {}\n", task, error.what());
    }
    std::abort();
}

} // namespace

void TaskGroup::spawn(std::string name, asio::awaitable<void> task) {
    const auto entry = tasks_.emplace(tasks_.end());
    entry->name = std::move(name);
    auto ended = [this, entry](const std::exception_ptr& failure) {
        end_process_unless_cancelled(entry->name, failure);
        tasks_.erase(entry);
    };
    asio::co_spawn(executor_, std::move(task),
                   asio::bind_cancellation_slot(entry->cancel.slot(), std::move(ended)));
}

void TaskGroup::stop() {
    for (auto task = tasks_.begin(); task != tasks_.end();) {
        const auto next = std::next(task); // Should the task end here and now.
        task->cancel.emit(asio::cancellation_type::terminal);
        task = next;
    }
}

} // namespace keepwatch::net
