#include "journal/journal.h"

#include <utility>

namespace keepwatch::journal {

Journal::Journal(std::string folder, std::optional<Store> store, bool can_retry, Tell tell,
                 Limits limits)
    : folder_(std::move(folder)), tell_(std::move(tell)), limits_(std::move(limits)),
      store_(std::move(store)), can_retry_(can_retry), thread_([this] { run(); }) {}

void Journal::commit(std::uint64_t number, engine::Changes changes) {
    const std::lock_guard lock(mutex_);
    auto& queue = queued_.batch.changes;
    if (changes.everything) overflowed_ = false;
    if (overflowed_) return;               // Until everything comes anew.
    if (changes.everything) queue.clear(); // It makes void what came before.
    if (queue.size() >= limits_.queued_max) return drop_queued_locked();
    queue.push_back(std::move(changes));
    queued_.last = number;
    changed_.notify_one();
}

void Journal::drop_queued_locked() {
    overflowed_ = true;
    queued_ = {};
    queued_.lost = true;
    changed_.notify_one();
}

void Journal::keep(engine::Chunk chunk, engine::Habits habits) {
    const std::lock_guard lock(mutex_);
    auto& chunks = queued_.batch.chunks;
    if (chunk.everything) chunks.clear();
    // Samples are no obligation: a disk that hangs costs those of the time that it hangs.
    if (chunks.size() < limits_.queued_max) chunks.push_back(std::move(chunk));
    queued_.batch.habits = std::move(habits);
    changed_.notify_one();
}

void Journal::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        changed_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
    store_.reset(); // Another may have it now.
}

void Journal::run() {
    while (auto work = next_work()) {
        if (!store_)
            reopen();
        else if (!work->batch.empty())
            write(*work);
        if (store_ && work->lost) tell_({Report::What::WantsAll, 0, "", {}, 0});
    }
}

std::optional<Journal::Work> Journal::next_work() {
    std::unique_lock lock(mutex_);
    if (!store_) {
        changed_.wait_for(lock, limits_.retry, [&] { return stopping_; });
        queued_ = {}; // Nobody can write it: everything will be asked for anew.
        overflowed_ = false;
    } else {
        changed_.wait(lock, [&] { return stopping_ || queued_.lost || !queued_.batch.empty(); });
    }
    if (stopping_ && queued_.batch.empty()) return std::nullopt;
    return std::exchange(queued_, {});
}

void Journal::write(const Work& work) {
    const auto began = std::chrono::steady_clock::now();
    if (auto written = store_->write(work.batch); !written) {
        store_.reset();
        if (written.error().message == trouble_) return;
        trouble_ = written.error().message;
        tell_({Report::What::Trouble, 0, trouble_, {}, 0});
        return;
    }
    if (work.last == 0) return;
    trouble_.clear();
    const auto took = std::chrono::steady_clock::now() - began;
    tell_({Report::What::Durable, work.last, "", took, store_->bytes()});
}

void Journal::reopen() {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || !can_retry_) return;
    }
    auto opened = Store::open(folder_, limits_.vfs);
    for (const auto& warning : opened.warnings) tell_({Report::What::Trouble, 0, warning, {}, 0});
    if (!opened.store) return;
    store_ = std::move(opened.store);
    tell_({Report::What::WantsAll, 0, "", {}, 0});
}

} // namespace keepwatch::journal
