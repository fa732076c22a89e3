#include "cli/io_desk.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include <boost/asio/post.hpp>

namespace keepwatch::cli {

struct IoDesk::Task {
    Piece piece; // Used by the io thread only.
    bool done = false;
    bool abandoned = false;
};

struct IoDesk::State {
    asio::any_io_executor io;
    std::mutex mutex; // Of all below, and of what the tasks say.
    std::condition_variable changed;
    bool closed = false;
};

IoDesk::IoDesk(asio::any_io_executor io) : state_(std::make_shared<State>()) {
    state_->io = std::move(io);
}

Result<void> IoDesk::run(Piece piece, serve::Deadline deadline) {
    const auto task = std::make_shared<Task>();
    task->piece = std::move(piece);
    std::unique_lock lock(state_->mutex);
    if (!state_->closed) {
        asio::post(state_->io, [state = state_, task] { go_on(state, task); });
        state_->changed.wait_until(lock, deadline, [&] { return task->done || state_->closed; });
    }
    if (task->done) return {};
    task->abandoned = true;
    if (state_->closed) return Error{ErrorKind::Cancelled, "the agent stops"};
    return Error{ErrorKind::Timeout, "the agent was too busy"};
}

void IoDesk::go_on(const std::shared_ptr<State>& state, const std::shared_ptr<Task>& task) {
    {
        const std::lock_guard lock(state->mutex);
        if (task->abandoned || state->closed) return;
    }
    if (!task->piece()) { // Behind all that came meanwhile.
        asio::post(state->io, [state, task] { go_on(state, task); });
        return;
    }
    const std::lock_guard lock(state->mutex);
    task->done = true;
    state->changed.notify_all();
}

void IoDesk::close() {
    const std::lock_guard lock(state_->mutex);
    state_->closed = true;
    state_->changed.notify_all();
}

bool IoDesk::is_closed() const {
    const std::lock_guard lock(state_->mutex);
    return state_->closed;
}

} // namespace keepwatch::cli
