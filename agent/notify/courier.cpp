#include "notify/courier.h"

#include <exception>
#include <utility>

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

} // namespace

Courier::Courier(asio::any_io_executor executor, net::HttpClient& http, const net::Clock& clock,
                 CourierParts parts)
    : http_(http), clock_(clock), parts_(std::move(parts)), backlog_(std::move(parts_.settled)),
      alarm_(executor) {
    if (parts_.sender == nullptr) parts_.sender = find_sender(parts_.sink.kind);
}

void Courier::wake() {
    woken_ = true;
    alarm_.cancel();
}

asio::awaitable<void> Courier::run() {
    for (;;) {
        const auto& desired = parts_.desired();
        backlog_.forget_others(desired);
        const auto* next = backlog_.next(desired, steady_now(), parts_.may_send);
        if (next == nullptr) {
            co_await wait_for_work();
            continue;
        }
        auto notification = *next; // A copy: desired() changes while this is under way.
        co_await deliver(std::move(notification));
    }
}

asio::awaitable<void> Courier::wait_for_work() {
    if (std::exchange(woken_, false)) co_return;
    const auto due = backlog_.due_at(parts_.desired(), parts_.may_send);
    if (due) {
        alarm_.expires_after(clock_.real(*due - steady_now()));
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
    auto request = request_for(notification);
    if (!request) {
        conclude(notification, unreachable(request.error()));
        co_return;
    }
    const auto response = co_await http_.send(*std::move(request));
    if (response) {
        conclude(notification, parts_.sender->judge(*response, clock_.now()));
    } else if (response.error().kind != ErrorKind::Cancelled) {
        conclude(notification, unreachable(response.error()));
    }
}

Result<net::Request> Courier::request_for(const routing::Notification& notification) {
    if (parts_.sender == nullptr) {
        return Error{ErrorKind::InvalidInput,
                     fmt::format("sinks of kind \"{}\" cannot be sent to yet",
                                 config::name(parts_.sink.kind))};
    }
    const Destination destination{&parts_.sink, parts_.external_url};
    try {
        return parts_.sender->render(notification, destination);
    } catch (const std::exception& problem) {
        parts_.log(fmt::format("sink {}: {} cannot be written ({}); a plain page goes out instead",
                               sink(), notification.alert, problem.what()));
    }
    return parts_.sender->render(plain(notification), destination);
}

void Courier::conclude(const routing::Notification& notification, const Judgement& judgement) {
    parts_.attempted(judgement.verdict);
    log_change(notification, judgement);
    if (judgement.verdict == Verdict::Retry) {
        backlog_.postpone(notification.key, steady_now(), judgement.retry_after, parts_.random);
        return;
    }
    settle(notification, judgement);
}

void Courier::settle(const routing::Notification& notification, const Judgement& judgement) {
    backlog_.settle(notification.key, notification.revision);
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
        parts_.log(fmt::format("sink {}: {} {} delivered{}", sink(), notification.alert, state,
                               after_failing()));
        failing_since_.reset();
        break;
    case Verdict::Refused:
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
