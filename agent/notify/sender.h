#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "config/config.h"
#include "engine/rule_runner.h"
#include "net/http_client.h"
#include "notify/verdict.h"
#include "routing/desired.h"

namespace keepwatch::notify {

// Where a notification goes, for whoever writes the request.
struct Destination {
    const config::Sink* sink = nullptr;
    std::string external_url; // Where people find this agent; "" if nowhere.
    Labels external_labels{}; // Of everything that leaves this agent.
    // What an alert's rule knows of it by now; may be null.
    std::function<engine::RuleRunner::Found(const Labels& alert)> find{};
    Timestamp now{}; // Of the request, as wall time.
};

// How one kind of sink is spoken to. Functions and no state: what a sink knows is the courier's
// matter.
struct Sender {
    config::SinkKind kind = config::SinkKind::Webhook;

    // The request that tells the sink. Errors are about the destination, such as a secret that
    // cannot be read, and may pass; they name no secret.
    Result<net::Request> (*render)(const routing::Notification& notification,
                                   const Destination& destination) = nullptr;

    // What an answer means. `now` is wall time.
    Judgement (*judge)(const net::Response& response, Timestamp now) = nullptr;

    // More alerts than this go out in several requests, and a request that is refused for what it
    // says is halved, so that a bad alert is refused alone. 0: one request, whatever it holds.
    std::size_t alerts_max = 0;
};

// One file per kind; this is the one table. Null for a kind that cannot be sent to yet.
const Sender* find_sender(config::SinkKind kind);

// The same for every attempt at one revision of one incident, and for no other.
std::string idempotency_key(const routing::Notification& notification);

// By the status alone: see judge_status(); with the receiver's `Retry-After`.
Judgement judge_http(const net::Response& response, Timestamp now);

extern const Sender kWebhookSender;
extern const Sender kPagerdutySender;
extern const Sender kAlertmanagerSender;
extern const Sender kSlackSender;

} // namespace keepwatch::notify
