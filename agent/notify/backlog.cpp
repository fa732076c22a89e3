#include "notify/backlog.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace keepwatch::notify {
namespace {

constexpr Timestamp kAnyTime{std::numeric_limits<std::int64_t>::min()};

} // namespace

Backlog::Backlog(std::map<std::string, std::uint64_t> settled, std::optional<Duration> repeat_after)
    : settled_(std::move(settled)), repeat_after_(repeat_after) {}

const routing::Notification* Backlog::next(const routing::Desired& desired, Timestamp now,
                                           const MaySend& may_send) const {
    const routing::Notification* oldest = nullptr;
    for (const auto& [key, notification] : desired) {
        const auto when = due(notification);
        if (!when || *when > now) continue;
        if (may_send && !may_send(notification)) continue;
        const auto rank = [this](const auto& one) {
            const bool repeat = is_settled(one);
            return std::tuple(repeat, repeat ? repeat_at(one.key) : one.changed_at, one.revision);
        };
        if (oldest == nullptr || rank(notification) < rank(*oldest)) oldest = &notification;
    }
    return oldest;
}

std::optional<Timestamp> Backlog::due_at(const routing::Desired& desired,
                                         const MaySend& may_send) const {
    std::optional<Timestamp> earliest;
    for (const auto& [key, notification] : desired) {
        const auto when = due(notification);
        if (!when || (may_send && !may_send(notification))) continue;
        earliest = std::min(earliest.value_or(*when), *when);
    }
    return earliest;
}

std::size_t Backlog::outstanding(const routing::Desired& desired) const {
    const auto unsettled = std::count_if(desired.begin(), desired.end(), [this](const auto& entry) {
        return !is_settled(entry.second);
    });
    return static_cast<std::size_t>(unsettled);
}

void Backlog::settle(const std::string& key, std::uint64_t revision, Timestamp now) {
    if (repeat_after_) told_at_[key] = now;
    auto& known = settled_[key];
    known = std::max(known, revision);
    attempts_.erase(key);
}

Duration Backlog::postpone(const std::string& key, Timestamp now, std::optional<Duration> wish,
                           const RandomSource& random) {
    auto& attempts = attempts_[key];
    ++attempts.failures;
    // A receiver that asks for nothing, or for no time at all, is not asked in a hot loop.
    const auto wait = std::max(wish.value_or(Duration{}), backoff(attempts.failures, random));
    attempts.not_before = now + wait;
    return wait;
}

void Backlog::forget_others(const routing::Desired& desired) {
    const auto is_other = [&](const auto& entry) { return !desired.contains(entry.first); };
    std::erase_if(settled_, is_other);
    std::erase_if(attempts_, is_other);
    std::erase_if(told_at_, is_other);
}

bool Backlog::is_settled(const routing::Notification& notification) const {
    const auto known = settled_.find(notification.key);
    return known != settled_.end() && known->second >= notification.revision;
}

// nullopt: never.
std::optional<Timestamp> Backlog::due(const routing::Notification& notification) const {
    const auto& key = notification.key;
    if (!is_settled(notification)) return not_before(key);
    if (!repeat_after_) return std::nullopt;
    return std::max(not_before(key), repeat_at(key));
}

Timestamp Backlog::repeat_at(const std::string& key) const {
    const auto told = told_at_.find(key);
    return told == told_at_.end() ? kAnyTime : told->second + *repeat_after_;
}

Timestamp Backlog::not_before(const std::string& key) const {
    const auto known = attempts_.find(key);
    return known == attempts_.end() ? kAnyTime : known->second.not_before;
}

} // namespace keepwatch::notify
