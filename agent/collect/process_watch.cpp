#include "collect/process_watch.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "collect/process.h"

namespace keepwatch::collect {
namespace {

constexpr Duration kLookAgain = seconds(1);

// Tells that there is no process, at once and then every interval.
class Absence {
public:
    Absence(const net::Clock& clock, const ProcessWatching& watching)
        : clock_(clock), watching_(watching) {}

    void seen_alive() {
        ever_alive_ = true;
        told_at_.reset();
    }

    void tell() {
        const auto now = clock_.steady();
        if (!ever_alive_) {
            if (!told_at_)
                watching_.log(fmt::format("{}: found no {}; keepwatch_process_up is not known",
                                          watching_.name, watching_.finder.sought()));
            told_at_ = now;
        } else if (!told_at_ || now - *told_at_ >= watching_.interval) {
            watching_.learn({{"keepwatch_process_up", Labels(), 0}});
            told_at_ = now;
        }
    }

private:
    const net::Clock& clock_;
    const ProcessWatching& watching_;
    bool ever_alive_ = false;
    std::optional<Duration> told_at_;
};

asio::awaitable<void> watch_until_end(Process process, const ProcessWatching& watching) {
    watching.log(fmt::format("{}: watching process {}", watching.name, process.id()));
    for (;;) {
        auto facts = co_await process.facts();
        watching.learn(std::move(facts));
        const bool ended = co_await process.ends_within(watching.interval);
        if (ended) break;
    }
    watching.log(fmt::format("{}: process {} has ended", watching.name, process.id()));
}

} // namespace

asio::awaitable<void> watch_process(asio::any_io_executor executor, const net::Clock& clock,
                                    ProcessWatching watching) {
    asio::steady_timer timer(executor);
    Absence absence(clock, watching);
    for (;;) {
        const auto found = co_await watching.finder.find();
        std::optional<Process> process;
        if (found) process = Process::open(executor, clock, watching.root, *found);
        if (process) {
            absence.seen_alive();
            co_await watch_until_end(std::move(*process), watching);
        }
        absence.tell();
        timer.expires_after(clock.real(kLookAgain));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

} // namespace keepwatch::collect
