#include "delivery/oracle.h"

#include <algorithm>

#include <fmt/format.h>

#include "notify/sender.h"

namespace keepwatch::delivery {
namespace {

constexpr std::size_t kComplaintsMax = 20;

std::string text_of(const routing::Notification& said) {
    return fmt::format("{} {}@{} {}", said.sink, said.group_labels.to_string(), said.revision,
                       said.firing() ? "firing" : "resolved");
}

} // namespace

void Oracle::desired(const routing::Notification& notification, bool safe) {
    auto& message = messages_[notification.sink + "/" + notify::idempotency_key(notification)];
    if (!message.safe) message.said = notification; // Else it stands as it is.
    message.safe = message.safe || safe;
    if (!safe) return;
    auto& known = known_[{notification.sink, notification.key}];
    known.owed = std::max(known.owed, notification.revision);
}

void Oracle::accepted(const std::string& sink, const std::string& message, bool answered) {
    ++accepted_;
    const auto found = messages_.find(sink + "/" + message);
    if (found == messages_.end()) return complain(fmt::format("{} got an unknown message", sink));
    auto& known = known_[{sink, found->second.said.key}];
    if (!found->second.safe)
        complain(fmt::format("{} came before it was safe", text_of(found->second.said)));
    check_repeat(sink, found->second);
    check_order(found->second, known);
    found->second.may_repeat = !answered;
}

void Oracle::check_repeat(const std::string& sink, Message& message) {
    const int before = std::exchange(message.taken_in, life_);
    if (before < 0) return;
    ++repeats_;
    if (message.may_repeat) return;
    if (before == life_)
        return complain(fmt::format("{} came twice without a reason", text_of(message.said)));
    if (++repeats_by_crash_[{sink, before}] > 1)
        complain(fmt::format("{} is the second that one crash repeats", text_of(message.said)));
}

void Oracle::check_order(const Message& message, Known& known) {
    const auto& said = message.said;
    if (said.revision < known.newest)
        complain(fmt::format("{} came after @{}", text_of(said), known.newest));
    known.newest = std::max(known.newest, said.revision);
    for (const auto& alert : said.alerts) {
        const std::pair spell(alert.labels, alert.fired_at.ms);
        if (alert.state != alert::State::Firing)
            known.ended.insert(spell);
        else if (known.ended.contains(spell))
            complain(fmt::format("{} fires after its end", text_of(said)));
    }
}

void Oracle::crashed() {
    ++life_;
}

void Oracle::complain(std::string what) {
    if (complaints_.size() < kComplaintsMax) complaints_.push_back(std::move(what));
}

std::vector<std::string> Oracle::judge() const {
    auto complaints = complaints_;
    for (const auto& [incident, known] : known_)
        if (known.newest < known.owed && complaints.size() < kComplaintsMax)
            complaints.push_back(fmt::format("{} {}@{} is lost; @{} was the last to arrive",
                                             incident.first, incident.second, known.owed,
                                             known.newest));
    return complaints;
}

} // namespace keepwatch::delivery
