#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "collect/process_finder.h"
#include "model/event.h"
#include "net/clock.h"

namespace keepwatch::collect {

// One running process. Its end is known at once by a pidfd (pidfd_open(2), Linux 5.3), else, on
// older kernels, by looking each second.
class Process {
public:
    // Nothing if it has ended already. `root` is where /proc is; the clock outlives the object.
    static std::optional<Process> open(const asio::any_io_executor& executor,
                                       const net::Clock& clock, const std::string& root,
                                       ProcessId id);

    // Waits so long; true as soon as the process has ended. The process outlives the call.
    asio::awaitable<bool> ends_within(Duration limit);

    // keepwatch_process_up 1 and what it uses; what may not be seen is left out.
    asio::awaitable<std::vector<Fact>> facts();

    ProcessId id() const { return id_; }

private:
    Process(asio::posix::stream_descriptor descriptor, const net::Clock& clock, std::string folder,
            ProcessId id, std::uint64_t start_ticks, double boot_seconds);

    bool has_ended() const;
    asio::awaitable<bool> wait_for_descriptor();
    asio::awaitable<bool> look_each_second();
    asio::awaitable<std::optional<double>> open_files() const;

    asio::posix::stream_descriptor descriptor_; // Closed where the kernel gave none.
    const net::Clock* clock_;
    std::string folder_; // /proc/PID
    ProcessId id_;
    std::uint64_t start_ticks_;
    double boot_seconds_; // 0 if unknown.
};

} // namespace keepwatch::collect
