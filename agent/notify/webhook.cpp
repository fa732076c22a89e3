// The sink of kind "webhook": a POST of Alertmanager's payload to any HTTP server.
#include <fmt/format.h>

#include "notify/post.h"
#include "notify/sender.h"
#include "notify/signature.h"
#include "notify/webhook_body.h"

namespace keepwatch::notify {
namespace {

Result<net::Request> render(const routing::Notification& notification,
                            const Destination& destination) {
    const auto& sink = *destination.sink;
    KW_TRY(auto request, post_to(sink));
    request.headers.add("Content-Type", "application/json");
    request.headers.add("Idempotency-Key", idempotency_key(notification));
    if (auto added = add_token(sink, request); !added) return std::move(added).error();
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
