#include "collect/process_finder.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "collect/proc_file.h"
#include "collect/process_text.h"
#include "collect/words.h"

namespace keepwatch::collect {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kStepsPerTurn = 256;             // Less than a millisecond.
constexpr std::size_t kDescriptorsMax = 256 << 10;     // Of one process.
constexpr std::size_t kListenersBytesMax = 256 << 10;  // More than a thousand listening sockets.
constexpr std::size_t kCommandLineBytesMax = 64 << 10; // A JVM's class path is long.

std::optional<std::uint64_t> inode_of(const fs::path& descriptor) {
    std::array<char, 64> link; // Longer ones are files.
    const auto length = ::readlink(descriptor.c_str(), link.data(), link.size());
    if (length <= 0) return std::nullopt;
    return socket_inode({link.data(), static_cast<std::size_t>(length)});
}

} // namespace

ProcessFinder::ProcessFinder(std::string root, config::ProcessWatch watch, std::uint16_t port,
                             std::string usual_match)
    : root_(std::move(root)), watch_(std::move(watch)), port_(port),
      usual_match_(std::move(usual_match)) {}

std::string ProcessFinder::sought() const {
    using By = config::ProcessWatch::By;
    if (watch_.by == By::Pidfile) return fmt::format("running process named by {}", watch_.text);
    if (watch_.by == By::Match)
        return fmt::format("process with {} in its command line", keepwatch::quoted(watch_.text));
    return fmt::format("process that listens on port {}", port_);
}

asio::awaitable<std::optional<ProcessId>> ProcessFinder::find() {
    std::optional<ProcessId> found;
    switch (watch_.by) {
    case config::ProcessWatch::By::None:
        break;
    case config::ProcessWatch::By::Listener:
        found = co_await find_listener();
        break;
    case config::ProcessWatch::By::Match:
        found = co_await find_match(watch_.text);
        break;
    case config::ProcessWatch::By::Pidfile:
        found = read_pidfile();
        break;
    }
    co_return found;
}

asio::awaitable<std::optional<ProcessId>> ProcessFinder::find_listener() {
    auto inodes =
        listening_inodes(read_proc_file(root_ + "/self/net/tcp", kListenersBytesMax), port_);
    const auto on_ipv6 =
        listening_inodes(read_proc_file(root_ + "/self/net/tcp6", kListenersBytesMax), port_);
    inodes.insert(inodes.end(), on_ipv6.begin(), on_ipv6.end());
    if (inodes.empty()) co_return std::nullopt;

    bool some_hidden = false;
    for (const auto process : processes()) {
        const auto holds = co_await holds_one_of(process, inodes);
        if (holds == Holds::Yes) co_return process;
        some_hidden = some_hidden || holds == Holds::Hidden;
    }
    if (!some_hidden || usual_match_.empty()) co_return std::nullopt;
    auto look_alike = co_await find_match(usual_match_);
    co_return look_alike;
}

asio::awaitable<ProcessFinder::Holds> ProcessFinder::holds_one_of(ProcessId process,
                                                                  Inodes inodes) {
    std::error_code unreadable;
    fs::directory_iterator descriptor(fmt::format("{}/{}/fd", root_, process), unreadable);
    if (unreadable == std::errc::permission_denied) co_return Holds::Hidden;
    std::size_t steps = 0;
    while (!unreadable && descriptor != fs::directory_iterator() && steps < kDescriptorsMax) {
        const auto inode = inode_of(descriptor->path());
        if (inode && std::find(inodes.begin(), inodes.end(), *inode) != inodes.end())
            co_return Holds::Yes;
        descriptor.increment(unreadable);
        if (++steps % kStepsPerTurn == 0) co_await asio::post(asio::use_awaitable);
    }
    co_return Holds::No;
}

asio::awaitable<std::optional<ProcessId>> ProcessFinder::find_match(std::string text) {
    std::optional<ProcessId> largest;
    double largest_pages = 0;
    std::size_t steps = 0;
    for (const auto process : processes()) {
        if (++steps % kStepsPerTurn == 0) co_await asio::post(asio::use_awaitable);
        const auto command = parse_command_line(
            read_proc_file(fmt::format("{}/{}/cmdline", root_, process), kCommandLineBytesMax));
        if (process == ::getpid() || command.find(text) == std::string::npos) continue;
        const auto pages = resident_pages(process);
        if (pages <= largest_pages) continue;
        largest = process;
        largest_pages = pages;
    }
    co_return largest;
}

std::optional<ProcessId> ProcessFinder::read_pidfile() const {
    const auto process = integer_of<ProcessId>(trimmed(read_proc_file(watch_.text, 64)));
    if (!process || *process <= 0 || resident_pages(*process) <= 0) return std::nullopt;
    return process;
}

std::vector<ProcessId> ProcessFinder::processes() const {
    std::vector<ProcessId> found;
    std::error_code unreadable;
    fs::directory_iterator entry(root_, unreadable);
    while (!unreadable && entry != fs::directory_iterator()) {
        if (const auto id = integer_of<ProcessId>(entry->path().filename().native()))
            found.push_back(*id);
        entry.increment(unreadable);
    }
    return found;
}

double ProcessFinder::resident_pages(ProcessId process) const {
    const auto stat = parse_process_stat(read_proc_file(fmt::format("{}/{}/stat", root_, process)));
    return stat && stat->is_running() ? stat->resident_pages : 0;
}

} // namespace keepwatch::collect
