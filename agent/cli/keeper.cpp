#include "cli/keeper.h"

#include <algorithm>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "model/fnv1a.h"

namespace keepwatch::cli {
namespace {

// Where a sink's news go. A secret that lies in a file may be renewed there without becoming
// another receiver.
std::uint64_t mark_of(const config::Sink& sink) {
    auto mark = fnv1a(sink.channel, fnv1a(config::name(sink.kind)));
    for (const auto* source : {&sink.url, &sink.key}) {
        if (source->kind() != config::SecretSource::Kind::Literal) continue;
        if (const auto secret = source->read()) mark = fnv1a(secret->reveal(), fnv1a("\n", mark));
    }
    return mark;
}

} // namespace

Keeper::Keeper(asio::any_io_executor executor, std::string folder,
               const std::vector<config::Sink>& sinks, Limits limits)
    : executor_(executor), folder_(std::move(folder)), limits_(std::move(limits)),
      opened_(journal::Store::open(folder_, limits_.journal.vfs)), stall_alarm_(executor) {
    for (const auto& sink : sinks) receivers_.push_back({sink.name, mark_of(sink)});
    forget_other_receivers(sinks);
    durable_revision_ = opened_.memory.revision;
}

void Keeper::forget_other_receivers(const std::vector<config::Sink>& sinks) {
    const auto mark_in = [](const auto& receivers, const std::string& sink) {
        const auto known = std::find_if(receivers.begin(), receivers.end(),
                                        [&](const auto& one) { return one.sink == sink; });
        return known == receivers.end() ? std::uint64_t{0} : known->mark;
    };
    std::map<std::string, std::size_t> lost;
    std::erase_if(opened_.memory.notifications, [&](const routing::Notification& told) {
        const auto before = mark_in(opened_.memory.habits.receivers, told.sink);
        const auto now = mark_in(receivers_, told.sink);
        const bool same = now != 0 && (before == 0 || before == now);
        if (!same && told.settled > 0) ++lost[told.sink];
        return !same;
    });
    for (const auto& [sink, count] : lost)
        opened_.warnings.push_back(
            fmt::format("sink {}: {}, so it cannot be told the end of {} incidents "
                        "that it knows of",
                        sink,
                        std::any_of(sinks.begin(), sinks.end(),
                                    [&](const auto& one) { return one.name == sink; })
                            ? "it is another receiver now"
                            : "it is not configured any more",
                        count));
}

void Keeper::start(const engine::Engine& engine, Hooks hooks) {
    engine_ = &engine;
    hooks_ = std::move(hooks);
    past_ = std::make_unique<engine::Past>(engine.setup());
    for (const auto& line : opened_.warnings) log(line);
    tell_memory();
    opened_.memory = {};
    const auto& trouble = opened_.trouble;
    const bool can_retry = !trouble || trouble->kind != ErrorKind::Unavailable;
    writable_ = opened_.store.has_value();
    if (trouble && !can_retry)
        take_trouble(fmt::format("{}: another process uses it", folder_));
    else if (trouble)
        take_trouble(trouble->to_string());
    journal_ = std::make_unique<journal::Journal>(
        folder_, std::move(opened_.store), can_retry,
        [this](journal::Report report) {
            asio::post(executor_, [this, told = std::move(report)] { take(told); });
        },
        limits_.journal);
}

void Keeper::tell_memory() const {
    if (opened_.memory.empty()) return log(fmt::format("{}: a new journal", folder_));
    log(fmt::format("{}: {} alerts and {} notifications remembered, last of {}", folder_,
                    opened_.memory.alerts.size(), opened_.memory.notifications.size(),
                    format_rfc3339(opened_.memory.at)));
}

void Keeper::applied(const Event& event) {
    if (!writable_) return;
    const auto* outcome = std::get_if<DeliveryOutcome>(&event.what);
    const bool stepped = std::holds_alternative<ClockStepped>(event.what);
    if (stepped) past_->start_over(); // The times of all samples moved.
    if (stepped || engine_->now() >= checkpoint_due_) checkpoint();
    const auto before = commit_;
    commit_changes();
    if (outcome != nullptr && commit_ != before) outcomes_[outcome->sink] = commit_;
}

void Keeper::commit_changes() {
    auto changes = bookkeeper_.changes(*engine_);
    if (changes.empty()) return;
    under_way_.push_back({++commit_, changes.revision});
    journal_->commit(commit_, std::move(changes));
    arm_stall_alarm();
}

void Keeper::checkpoint() {
    const bool first = checkpoint_due_.ms == 0;
    checkpoint_due_ = engine_->now() + (first ? kFirstCheckpoint : kCheckpointInterval);
    auto habits = engine::habits_of(*engine_);
    habits.receivers = receivers_;
    journal_->keep(past_->take(*engine_), std::move(habits));
}

bool Keeper::may_send(const routing::Notification& notification) const {
    if (troubled_ || stalled_) return true;
    const auto outcome = outcomes_.find(notification.sink);
    const bool told_is_safe = outcome == outcomes_.end() || outcome->second <= durable_;
    return told_is_safe && notification.revision <= durable_revision_;
}

void Keeper::take(const journal::Report& report) {
    switch (report.what) {
    case journal::Report::What::Durable:
        take_durable(report.commit);
        break;
    case journal::Report::What::Trouble:
        writable_ = false;
        take_trouble(report.text);
        break;
    case journal::Report::What::WantsAll:
        writable_ = true;
        under_way_.clear();
        bookkeeper_.start_over();
        past_->start_over();
        checkpoint();
        commit_changes();
        break;
    }
    hooks_.told(report);
    hooks_.released();
}

void Keeper::take_durable(std::uint64_t number) {
    durable_ = std::max(durable_, number);
    while (!under_way_.empty() && under_way_.front().number <= durable_) {
        durable_revision_ = std::max(durable_revision_, under_way_.front().revision);
        under_way_.pop_front();
    }
    if (under_way_.empty() && std::exchange(stalled_, false))
        log("the disk keeps pace again: pages wait for the journal");
    if (!std::exchange(troubled_, false)) return;
    log(fmt::format("{}: state is kept again, all of it is written", folder_));
    hooks_.troubled(false);
}

void Keeper::take_trouble(const std::string& text) {
    under_way_.clear();
    log(fmt::format("STATE IS NOT KEPT, pages go out from memory and a restart would forget "
                    "them: {}",
                    text));
    if (std::exchange(troubled_, true)) return;
    hooks_.troubled(true);
}

void Keeper::arm_stall_alarm() {
    if (std::exchange(alarm_armed_, true)) return;
    stall_alarm_.expires_after(limits_.stall_max);
    stall_alarm_.async_wait([this, awaited = commit_](boost::system::error_code cancelled) {
        alarm_armed_ = false;
        if (cancelled || under_way_.empty()) return;
        if (under_way_.front().number > awaited) return arm_stall_alarm();
        if (std::exchange(stalled_, true)) return;
        log(fmt::format("the disk has not taken the journal for {} ms: pages go out from memory",
                        limits_.stall_max.count()));
        hooks_.stalled();
        hooks_.released();
    });
}

void Keeper::stop() {
    stall_alarm_.cancel();
    if (!journal_) return;
    if (writable_) {
        checkpoint();
        commit_changes();
    }
    journal_->stop();
}

void Keeper::log(std::string_view line) const {
    hooks_.log(fmt::format("journal: {}", line));
}

} // namespace keepwatch::cli
