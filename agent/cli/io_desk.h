#pragma once

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "model/result.h"
#include "serve/backend.h"

namespace keepwatch::cli {

namespace asio = boost::asio;

// Where other threads ask for something to be done on the io thread, which does it piece by piece
// between its own work, and is never held up by who waits for it.
class IoDesk {
public:
    // Does a piece of at most some milliseconds; true if it was the last. Must own what it writes
    // to, because whoever asked may have left; what it reads must outlive the loop's last run.
    using Piece = std::function<bool()>;

    explicit IoDesk(asio::any_io_executor io);

    // From any thread but the io thread: waits until all is done. Timeout after the deadline,
    // Cancelled after close(); then no further piece is begun.
    Result<void> run(Piece piece, serve::Deadline deadline);

    // From any thread. Everybody who waits is told at once, and nobody waits any more.
    void close();
    bool is_closed() const;

private:
    struct State;
    struct Task;
    static void go_on(const std::shared_ptr<State>& state, const std::shared_ptr<Task>& task);

    std::shared_ptr<State> state_; // Shared with what is posted to the loop.
};

} // namespace keepwatch::cli
