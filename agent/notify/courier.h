#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "config/config.h"
#include "model/event.h"
#include "net/clock.h"
#include "net/http_client.h"
#include "notify/backlog.h"
#include "notify/gate.h"
#include "notify/sender.h"
#include "routing/desired.h"

namespace keepwatch::notify {

namespace asio = boost::asio;

// What a courier needs of the rest of the agent.
struct CourierParts {
    config::Sink sink;
    const Sender* sender = nullptr; // How to speak to it; null for the way of its kind.
    std::optional<Rate> rate{};     // If not usual_rate() of the sink's kind.
    Destination destination;        // What it needs to know of this agent.
    std::map<std::string, std::uint64_t> settled;     // By key: what the sink had before a restart.
    std::function<const routing::Desired&()> desired; // What this sink should know now.
    // Null: everything may be sent at once. Wake the courier when the answer changes.
    Backlog::MaySend may_send;
    // A revision was accepted or refused for good. It may change what is desired.
    std::function<void(const DeliveryOutcome&)> outcome;
    // After each attempt, for counting.
    std::function<void(Verdict)> attempted;
    // The rate of the sink makes something wait; once for each time that it does. May be null.
    std::function<void()> limited;
    // A line for people, once for each change; never a URL or a secret.
    std::function<void(const std::string&)> log;
    RandomSource random;
};

// Makes one sink know what it should: sends what is desired and not settled yet, oldest change
// first, one request at a time, until both agree.
//
// Nothing gets lost here, because nothing is kept here: what is outstanding is computed anew from
// desired() after each attempt. At least once: a request whose answer got lost is sent again, with
// the same Idempotency-Key.
class Courier {
public:
    // Executor, client and clock outlive the courier; all run on one thread.
    Courier(asio::any_io_executor executor, net::HttpClient& http, const net::Clock& clock,
            CourierParts parts);
    Courier(const Courier&) = delete;
    Courier& operator=(const Courier&) = delete;

    // To be called whenever desired() may have changed.
    void wake();

    // Ends by cancellation only. Give it to a TaskGroup, once.
    asio::awaitable<void> run();

    std::size_t outstanding() const { return backlog_.outstanding(parts_.desired()); }
    const std::string& sink() const { return parts_.sink.name; }

private:
    const routing::Notification* next();
    void note_limit();
    asio::awaitable<void> wait_for_work();
    asio::awaitable<void> deliver(routing::Notification notification);
    asio::awaitable<Result<Judgement>> tell(routing::Notification notification);
    asio::awaitable<Result<Judgement>> attempt(routing::Notification part);
    asio::awaitable<Result<Judgement>> exchange(routing::Notification part);
    bool is_divisible(const routing::Notification& part, const Judgement& judgement) const;
    Result<net::Request> request_for(const routing::Notification& notification);
    void conclude(const routing::Notification& notification, const Judgement& judgement);
    void settle(const routing::Notification& notification, const Judgement& judgement);
    void log_change(const routing::Notification& notification, const Judgement& judgement);
    std::string after_failing() const;
    Timestamp steady_now() const { return Timestamp{} + clock_.steady(); }

    net::HttpClient& http_;
    const net::Clock& clock_;
    CourierParts parts_;
    Backlog backlog_;
    Gate gate_;
    bool limited_ = false; // The rate makes something wait, and that was said.
    asio::steady_timer alarm_;
    bool woken_ = false;
    std::optional<Timestamp> failing_since_; // On the steady clock; while attempts do not succeed.
};

} // namespace keepwatch::notify
