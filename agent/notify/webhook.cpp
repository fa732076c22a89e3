// The sink of kind "webhook": a POST of Alertmanager's payload to any HTTP server.
#include <fmt/format.h>

#include "notify/sender.h"
#include "notify/signature.h"
#include "notify/webhook_body.h"

namespace keepwatch::notify {
namespace {

Result<net::Request> render(const routing::Notification& notification,
                            const Destination& destination) {
    const auto& sink = *destination.sink;
    KW_TRY(const auto address, sink.url.read());
    KW_TRY(auto url, parse_url(address.reveal()));
    net::Request request("POST", std::move(url));
    request.timeout = sink.timeout;
    request.headers.add("Content-Type", "application/json");
    request.headers.add("Idempotency-Key", idempotency_key(notification));
    if (sink.key.is_set()) {
        KW_TRY(const auto token, sink.key.read());
        request.headers.add("Authorization", "Bearer " + token.reveal());
    }
    request.body = webhook_body(notification, destination.external_url);
    if (sink.signing_key.is_set()) {
        KW_TRY(const auto key, sink.signing_key.read());
        const auto timestamp = fmt::format("{}", destination.now.ms / 1000);
        request.headers.add("X-Keepwatch-Timestamp", timestamp);
        request.headers.add("X-Keepwatch-Signature",
                            signature(key.reveal(), timestamp, request.body));
    }
    return request;
}

} // namespace

const Sender kWebhookSender = {config::SinkKind::Webhook, render, judge_http};

} // namespace keepwatch::notify
