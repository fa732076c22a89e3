#include "notify/courier.h"

#include <algorithm>
#include <exception>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "net/no_throw.h"
#include "notify/content.h"

namespace keepwatch::notify {
namespace {

// A sink that is not told about ends: a notification without anything firing is settled by itself.
bool is_unwanted(const routing::Notification& notification, const config::Sink& sink) {
    return !sink.send_resolved && !notification.firing();
}

Judgement unreachable(const Error& error) {
    Judgement judgement;
    judgement.verdict = Verdict::Retry;
    judgement.detail = error.message;
    return judgement;
}

// In parts of at most so many alerts; 0: whole.
std::vector<routing::Notification> split(const routing::Notification& notification,
                                         std::size_t alerts_max) {
    const auto& all = notification.alerts;
    if (alerts_max == 0 || all.size() <= alerts_max) return {notification};
    std::vector<routing::Notification> parts;
    for (auto rest = std::span(all); !rest.empty();) {
        const auto chosen = rest.first(std::min(alerts_max, rest.size()));
        auto part = notification;
        part.alerts.assign(chosen.begin(), chosen.end());
        parts.push_back(std::move(part));
        rest = rest.subspan(chosen.size());
    }
    return parts;
}

// An incident is refused if all of it is.
Judgement summed_up(Judgement refused, std::size_t alerts_refused,
                    const routing::Notification& notification) {
    const auto all = notification.alerts.size();
    refused.verdict = alerts_refused < all ? Verdict::Accepted : Verdict::Refused;
    if (alerts_refused > 0 && alerts_refused < all)
        refused.detail =
            fmt::format(" but for {} of {} alerts: {}", alerts_refused, all, refused.detail);
    return refused;
}

} // namespace

Courier::Courier(asio::any_io_executor executor, net::HttpClient& http, const net::Clock& clock,
                 CourierParts parts)
    : http_(http), clock_(clock), parts_(std::move(parts)),
      backlog_(std::move(parts_.settled), parts_.sink.repeat_after),
      gate_(parts_.rate.value_or(usual_rate(parts_.sink.kind))), alarm_(executor) {
    parts_.destination.sink = &parts_.sink;
    if (parts_.sender == nullptr) parts_.sender = find_sender(parts_.sink.kind);
}

void Courier::wake() {
    woken_ = true;
    alarm_.cancel();
}

asio::awaitable<void> Courier::run() {
    for (;;) {
        const auto* found = next();
        if (found == nullptr) {
            co_await wait_for_work();
            continue;
        }
        auto notification = *found; // A copy: desired() changes while this is under way.
        co_await deliver(std::move(notification));
    }
}

const routing::Notification* Courier::next() {
    const auto& desired = parts_.desired();
    backlog_.forget_others(desired);
    const auto* found = backlog_.next(desired, steady_now(), parts_.may_send);
    const bool open = gate_.opens_at() <= steady_now();
    if (found == nullptr && open) limited_ = false;
    if (found == nullptr || open) return found;
    note_limit();
    return nullptr;
}

void Courier::note_limit() {
    if (std::exchange(limited_, true)) return;
    parts_.log(fmt::format("sink {}: it takes no more requests for now; {} incidents wait", sink(),
                           outstanding()));
    if (parts_.limited) parts_.limited();
}

asio::awaitable<void> Courier::wait_for_work() {
    if (std::exchange(woken_, false)) co_return;
    const auto due = backlog_.due_at(parts_.desired(), parts_.may_send);
    if (due) {
        const auto at = std::max(*due, gate_.opens_at());
        alarm_.expires_after(clock_.real(at - steady_now()));
    } else {
        alarm_.expires_at(asio::steady_timer::time_point::max());
    }
    // wake() ends the wait as a cancellation does; after the latter the next co_await throws.
    co_await alarm_.async_wait(net::kNoThrow);
    woken_ = false;
}

asio::awaitable<void> Courier::deliver(routing::Notification notification) {
    if (is_unwanted(notification, parts_.sink)) {
        Judgement accepted;
        accepted.verdict = Verdict::Accepted;
        settle(notification, accepted);
        co_return;
    }
    const auto judgement = co_await tell(notification);
    if (judgement) conclude(notification, *judgement);
}

// In as many requests as it needs. What is refused for what it says is halved until only what is
// bad itself remains. Like those below, an error only if it was cancelled.
asio::awaitable<Result<Judgement>> Courier::tell(routing::Notification notification) {
    Judgement refused;
    std::size_t alerts_refused = 0;
    auto parts = split(notification, parts_.sender ? parts_.sender->alerts_max : 0);
    while (!parts.empty()) {
        const auto part = std::move(parts.back());
        parts.pop_back();
        KW_CO_TRY(auto judgement, co_await attempt(part));
        if (judgement.verdict == Verdict::Retry) co_return judgement;
        if (judgement.verdict == Verdict::Accepted) continue;
        if (is_divisible(part, judgement)) {
            for (auto& half : split(part, (part.alerts.size() + 1) / 2)) parts.push_back(half);
            continue;
        }
        alerts_refused += part.alerts.size();
        refused = std::move(judgement);
    }
    co_return summed_up(std::move(refused), alerts_refused, notification);
}

// One request; if the receiver refuses what it says, a plain one after it.
asio::awaitable<Result<Judgement>> Courier::attempt(routing::Notification part) {
    KW_CO_TRY(auto judgement, co_await exchange(part));
    const bool refused = judgement.verdict == Verdict::Refused && judgement.about_content;
    if (!refused || is_divisible(part, judgement)) co_return judgement;
    auto reduced = plain(part);
    KW_CO_TRY(auto second, co_await exchange(std::move(reduced)));
    if (second.verdict != Verdict::Accepted) co_return judgement;
    parts_.log(fmt::format("sink {}: {} was refused ({}); a plain page was accepted", sink(),
                           part.alert, judgement.detail));
    co_return second;
}

asio::awaitable<Result<Judgement>> Courier::exchange(routing::Notification part) {
    auto request = request_for(part);
    if (!request) co_return unreachable(request.error());
    gate_.pass(steady_now());
    const auto response = co_await http_.send(*std::move(request));
    if (response) co_return parts_.sender->judge(*response, clock_.now());
    if (response.error().kind == ErrorKind::Cancelled) co_return response.error();
    co_return unreachable(response.error());
}

bool Courier::is_divisible(const routing::Notification& part, const Judgement& judgement) const {
    return judgement.verdict == Verdict::Refused && judgement.about_content &&
           parts_.sender->alerts_max > 0 && part.alerts.size() > 1;
}

Result<net::Request> Courier::request_for(const routing::Notification& notification) {
    if (parts_.sender == nullptr) {
        return Error{ErrorKind::InvalidInput,
                     fmt::format("sinks of kind \"{}\" cannot be sent to yet",
                                 config::name(parts_.sink.kind))};
    }
    parts_.destination.now = clock_.now();
    try {
        return parts_.sender->render(notification, parts_.destination);
    } catch (const std::exception& problem) {
        parts_.log(fmt::format("sink {}: {} cannot be written ({}); a plain page goes out instead",
                               sink(), notification.alert, problem.what()));
    }
    return parts_.sender->render(plain(notification), parts_.destination);
}

void Courier::conclude(const routing::Notification& notification, const Judgement& judgement) {
    parts_.attempted(judgement.verdict);
    log_change(notification, judgement);
    if (judgement.verdict == Verdict::Retry) {
        const auto wait =
            backlog_.postpone(notification.key, steady_now(), judgement.retry_after, parts_.random);
        // Many agents share a key: they must not all come back at the same moment.
        const auto spread = milliseconds(
            static_cast<std::int64_t>(static_cast<double>(wait.ms) / 2 * parts_.random()));
        if (judgement.about_rate) gate_.hold(steady_now() + wait + spread);
        return;
    }
    settle(notification, judgement);
}

void Courier::settle(const routing::Notification& notification, const Judgement& judgement) {
    const bool repeated = backlog_.is_settled(notification);
    backlog_.settle(notification.key, notification.revision, steady_now());
    if (repeated) return;
    DeliveryOutcome outcome;
    outcome.sink = sink();
    outcome.key = notification.key;
    outcome.revision = notification.revision;
    outcome.accepted = judgement.verdict == Verdict::Accepted;
    outcome.detail = judgement.detail;
    parts_.outcome(outcome);
}

std::string Courier::after_failing() const {
    if (!failing_since_) return "";
    return ", after failing for " + format_duration(steady_now() - *failing_since_);
}

void Courier::log_change(const routing::Notification& notification, const Judgement& judgement) {
    const auto* state = notification.firing() ? "firing" : "resolved";
    switch (judgement.verdict) {
    case Verdict::Accepted:
        if (backlog_.is_settled(notification) && !failing_since_) break; // A repeat is no news.
        parts_.log(fmt::format("sink {}: {} {} delivered{}{}", sink(), notification.alert, state,
                               after_failing(), judgement.detail));
        failing_since_.reset();
        break;
    case Verdict::Refused:
        if (backlog_.is_settled(notification)) break;
        parts_.log(fmt::format("sink {}: {} {} refused for good: {}", sink(), notification.alert,
                               state, judgement.detail));
        break;
    case Verdict::Retry:
        if (failing_since_) break;
        failing_since_ = steady_now();
        parts_.log(fmt::format("sink {}: {} {} not delivered yet: {}; trying again until it is",
                               sink(), notification.alert, state, judgement.detail));
        break;
    }
}

} // namespace keepwatch::notify
