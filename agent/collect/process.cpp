#include "collect/process.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "collect/proc_file.h"
#include "collect/process_text.h"
#include "collect/words.h"
#include "net/deadline.h"
#include "net/no_throw.h"

namespace keepwatch::collect {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kEntriesPerTurn = 1024;
constexpr std::size_t kOpenFilesCountedMax = 1 << 20;

// A descriptor that becomes readable when the process ends; -1 if there can be none.
int open_pidfd(ProcessId id) {
#ifdef SYS_pidfd_open
    return static_cast<int>(::syscall(SYS_pidfd_open, id, 0));
#else
    return -1;
#endif
}

std::optional<ProcessStat> read_stat(const std::string& folder) {
    return parse_process_stat(read_proc_file(folder + "/stat"));
}

} // namespace

Process::Process(asio::posix::stream_descriptor descriptor, const net::Clock& clock,
                 std::string folder, ProcessId id, std::uint64_t start_ticks, double boot_seconds)
    : descriptor_(std::move(descriptor)), clock_(&clock), folder_(std::move(folder)), id_(id),
      start_ticks_(start_ticks), boot_seconds_(boot_seconds) {}

std::optional<Process> Process::open(const asio::any_io_executor& executor, const net::Clock& clock,
                                     const std::string& root, ProcessId id) {
    asio::posix::stream_descriptor descriptor(executor);
    if (const int pidfd = open_pidfd(id); pidfd >= 0) {
        boost::system::error_code refused;
        descriptor.assign(pidfd, refused);
        if (refused) ::close(pidfd);
    }
    auto folder = fmt::format("{}/{}", root, id);
    const auto stat = read_stat(folder);
    if (!stat || !stat->is_running()) return std::nullopt;
    const auto boot = value_after(read_proc_file(root + "/stat"), "btime").value_or(0);
    return Process(std::move(descriptor), clock, std::move(folder), id, stat->start_ticks, boot);
}

bool Process::has_ended() const {
    const auto stat = read_stat(folder_);
    return !stat || !stat->is_running() || stat->start_ticks != start_ticks_;
}

asio::awaitable<bool> Process::ends_within(Duration limit) {
    auto waiting = descriptor_.is_open() ? wait_for_descriptor() : look_each_second();
    const auto ended = co_await net::within<bool>(clock_->real(limit), std::move(waiting));
    co_return ended.value_or(false);
}

asio::awaitable<bool> Process::wait_for_descriptor() {
    const auto wait_read = asio::posix::stream_descriptor::wait_read;
    const auto [cancelled] = co_await descriptor_.async_wait(wait_read, net::kNoThrow);
    co_return !cancelled;
}

asio::awaitable<bool> Process::look_each_second() {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    while (!has_ended()) {
        timer.expires_after(clock_->real(seconds(1)));
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return true;
}

asio::awaitable<std::vector<Fact>> Process::facts() {
    std::vector<Fact> facts;
    const auto learn = [&facts](const char* name, double value) {
        facts.push_back({name, Labels(), value});
    };
    learn("keepwatch_process_up", 1);
    const auto open = co_await open_files();
    if (open) learn("keepwatch_process_open_fds", *open);
    if (const auto most = parse_open_files_max(read_proc_file(folder_ + "/limits")))
        learn("keepwatch_process_max_fds", *most);
    const auto stat = read_stat(folder_);
    if (!stat || stat->start_ticks != start_ticks_) co_return facts;
    const auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const auto page_bytes = static_cast<double>(::sysconf(_SC_PAGESIZE));
    learn("keepwatch_process_cpu_seconds_total", stat->cpu_ticks / ticks_per_second);
    learn("keepwatch_process_resident_memory_bytes", stat->resident_pages * page_bytes);
    learn("keepwatch_process_threads", stat->threads);
    if (boot_seconds_ > 0)
        learn("keepwatch_process_start_time_seconds",
              boot_seconds_ + static_cast<double>(start_ticks_) / ticks_per_second);
    co_return facts;
}

asio::awaitable<std::optional<double>> Process::open_files() const {
    const auto path = folder_ + "/fd";
    std::error_code unreadable;
    fs::directory_iterator entry(path, unreadable);
    if (unreadable) co_return std::nullopt;
    struct ::stat listed{}; // Since Linux 6.2 the folder's size is the number of its entries.
    if (::stat(path.c_str(), &listed) == 0 && listed.st_size > 0)
        co_return static_cast<double>(listed.st_size);
    std::size_t count = 0;
    while (!unreadable && entry != fs::directory_iterator() && count < kOpenFilesCountedMax) {
        entry.increment(unreadable);
        if (++count % kEntriesPerTurn == 0) co_await asio::post(asio::use_awaitable);
    }
    co_return static_cast<double>(count);
}

} // namespace keepwatch::collect
