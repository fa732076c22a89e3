#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "config/config.h"

namespace keepwatch::collect {

namespace asio = boost::asio;

using ProcessId = std::int32_t;

// Finds the process behind a target. A machine may have many processes with very many descriptors,
// so looking through them gives others their turn now and then.
class ProcessFinder {
public:
    // `root` is where /proc is; `port` is the one of the target's URL; `usual_match` is what the
    // command line of such a process has in it.
    ProcessFinder(std::string root, config::ProcessWatch watch, std::uint16_t port,
                  std::string usual_match);

    // By listener: whoever has the listening socket; if its descriptors may not be seen, the one
    // process that looks like it. By match: the largest that matches, which a script that started
    // it is not. Nothing if there is none, or it has ended. The finder outlives the call.
    asio::awaitable<std::optional<ProcessId>> find();

    // What find() looks for: `process that listens on port 7071`.
    std::string sought() const;

private:
    enum class Holds : std::uint8_t { No, Yes, Hidden };
    using Inodes = std::vector<std::uint64_t>;

    asio::awaitable<std::optional<ProcessId>> find_listener();
    asio::awaitable<Holds> holds_one_of(ProcessId process, Inodes inodes);
    asio::awaitable<std::optional<ProcessId>> find_match(std::string text);
    std::optional<ProcessId> read_pidfile() const;
    std::vector<ProcessId> processes() const;
    double resident_pages(ProcessId process) const; // 0 if it has ended.

    std::string root_;
    config::ProcessWatch watch_;
    std::uint16_t port_;
    std::string usual_match_;
};

} // namespace keepwatch::collect
