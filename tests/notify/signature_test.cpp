#include "notify/signature.h"

#include <doctest/doctest.h>

#include "notify/sender.h"

using namespace keepwatch;
using namespace keepwatch::notify;

// As `printf '1700000000:{}' | openssl dgst -sha256 -hmac key` says.
TEST_CASE("notify::signature: the HMAC of timestamp and body") {
    CHECK(signature("key", "1700000000", "{}") ==
          "sha256=048e005f489e39cc19cda2cf96316b3b7492e7cd54393e76d145abd15e239bec");
}

TEST_CASE("notify::webhook: is signed where there is a key for it") {
    config::Sink sink;
    sink.url = config::SecretSource::from_value("http://hook/");
    routing::Notification notification;
    notification.alerts.resize(1);
    const Destination at{&sink, "", {}, {}, Timestamp{1'700'000'000'999}};
    CHECK_FALSE(kWebhookSender.render(notification, at)->headers.has("X-Keepwatch-Signature"));
    sink.signing_key = config::SecretSource::from_value("key");
    const auto request = kWebhookSender.render(notification, at);
    CHECK(request->headers.get("X-Keepwatch-Timestamp") == "1700000000");
    CHECK(request->headers.get("X-Keepwatch-Signature") ==
          signature("key", "1700000000", request->body));
}
