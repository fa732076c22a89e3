#include "cli/agent_backend.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "cli/snapshot.h"

namespace keepwatch::cli {
namespace {

// How long the io thread works for a reader before it looks after its own again, and how many
// series it looks at before it looks at the time.
constexpr std::chrono::milliseconds kPieceTime{2};
constexpr std::size_t kPieceWork = 256;
// Of one event: about two milliseconds.
constexpr std::size_t kPushedSamplesMax = 10'000;

} // namespace

AgentBackend::AgentBackend(asio::any_io_executor io, const engine::Engine& engine,
                           const std::vector<config::Target>& targets, const net::Clock& clock,
                           Take take)
    : desk_(std::move(io)), engine_(engine), targets_(targets), clock_(clock),
      take_(std::move(take)) {}

Result<std::shared_ptr<const serve::Snapshot>> AgentBackend::snapshot(serve::Deadline deadline) {
    const auto taken = std::make_shared<std::shared_ptr<const serve::Snapshot>>();
    auto piece = [taken, this] {
        *taken = snapshot_of(engine_, targets_);
        return true;
    };
    if (auto done = desk_.run(std::move(piece), deadline); !done) return std::move(done).error();
    return *taken;
}

Result<std::vector<series::Excerpt>> AgentBackend::extract(std::vector<series::Want> wants,
                                                           series::Extraction::Limits limits,
                                                           serve::Deadline deadline) {
    const auto extraction =
        std::make_shared<series::Extraction>(engine_.everything(), std::move(wants), limits);
    auto piece = [extraction] {
        const auto until = std::chrono::steady_clock::now() + kPieceTime;
        while (!extraction->step(kPieceWork))
            if (std::chrono::steady_clock::now() > until) return false;
        return true;
    };
    if (auto done = desk_.run(std::move(piece), deadline); !done) return std::move(done).error();
    return extraction->take();
}

Result<void> AgentBackend::push(std::vector<PushedSeries> series, serve::Deadline deadline) {
    struct Push {
        std::vector<SeriesPushed> events;
        std::size_t next = 0;
        std::uint64_t refused = 0;
    };
    const auto push = std::make_shared<Push>();
    push->events = split(std::move(series), kPushedSamplesMax);
    auto piece = [push, this] {
        const auto before = engine_.pushes().samples_refused;
        take_(std::move(push->events[push->next]));
        push->refused += engine_.pushes().samples_refused - before;
        return ++push->next == push->events.size();
    };
    if (auto done = desk_.run(std::move(piece), deadline); !done) return done;
    if (push->refused == 0) return {};
    return Error{ErrorKind::LimitExceeded,
                 fmt::format("there is no room for {} samples: the agent keeps at most {} series "
                             "that others write",
                             push->refused, engine_.setup().push_limits.series_max)};
}

std::vector<SeriesPushed> split(std::vector<PushedSeries> series, std::size_t samples_max) {
    std::vector<SeriesPushed> events(1);
    std::size_t room = samples_max;
    for (auto& [labels, samples] : series) {
        auto from = samples.begin();
        do {
            if (room == 0) {
                events.emplace_back();
                room = samples_max;
            }
            const auto left = static_cast<std::size_t>(samples.end() - from);
            const auto count = std::min(room, left);
            const auto to = from + static_cast<std::ptrdiff_t>(count);
            events.back().series.push_back({labels, {from, to}});
            room -= count;
            from = to;
        } while (from != samples.end());
    }
    return events;
}

} // namespace keepwatch::cli
