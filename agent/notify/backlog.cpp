#include "notify/backlog.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace keepwatch::notify {
namespace {

constexpr Timestamp kAnyTime{std::numeric_limits<std::int64_t>::min()};

} // namespace

Backlog::Backlog(std::map<std::string, std::uint64_t> settled) : settled_(std::move(settled)) {}

const routing::Notification* Backlog::next(const routing::Desired& desired, Timestamp now,
                                           const MaySend& may_send) const {
    const routing::Notification* oldest = nullptr;
    for (const auto& [key, notification] : desired) {
        if (is_settled(notification) || not_before(key) > now) continue;
        if (may_send && !may_send(notification)) continue;
        const auto age = [](const auto& one) { return std::pair(one.changed_at, one.revision); };
        if (oldest == nullptr || age(notification) < age(*oldest)) oldest = &notification;
    }
    return oldest;
}

std::optional<Timestamp> Backlog::due_at(const routing::Desired& desired,
                                         const MaySend& may_send) const {
    std::optional<Timestamp> earliest;
    for (const auto& [key, notification] : desired) {
        if (is_settled(notification) || (may_send && !may_send(notification))) continue;
        earliest = std::min(earliest.value_or(not_before(key)), not_before(key));
    }
    return earliest;
}

std::size_t Backlog::outstanding(const routing::Desired& desired) const {
    const auto unsettled = std::count_if(desired.begin(), desired.end(), [this](const auto& entry) {
        return !is_settled(entry.second);
    });
    return static_cast<std::size_t>(unsettled);
}

void Backlog::settle(const std::string& key, std::uint64_t revision) {
    auto& known = settled_[key];
    known = std::max(known, revision);
    attempts_.erase(key);
}

Duration Backlog::postpone(const std::string& key, Timestamp now, std::optional<Duration> wish,
                           const RandomSource& random) {
    auto& attempts = attempts_[key];
    ++attempts.failures;
    const auto wait = wish ? *wish : backoff(attempts.failures, random);
    attempts.not_before = now + wait;
    return wait;
}

void Backlog::forget_others(const routing::Desired& desired) {
    const auto is_other = [&](const auto& entry) { return !desired.contains(entry.first); };
    std::erase_if(settled_, is_other);
    std::erase_if(attempts_, is_other);
}

bool Backlog::is_settled(const routing::Notification& notification) const {
    const auto known = settled_.find(notification.key);
    return known != settled_.end() && known->second >= notification.revision;
}

Timestamp Backlog::not_before(const std::string& key) const {
    const auto known = attempts_.find(key);
    return known == attempts_.end() ? kAnyTime : known->second.not_before;
}

} // namespace keepwatch::notify
