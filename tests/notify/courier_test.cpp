#include "notify/courier.h"

#include <memory>
#include <optional>
#include <stdexcept>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "net/task_group.h"
#include "scripted_receiver.h"

using namespace keepwatch;
using namespace keepwatch::notify;
using Manner = ScriptedReceiver::Manner;

namespace {

constexpr auto kHour = std::chrono::hours(1);

// A courier, a receiver on loopback and a clock on which a minute takes 60 ms.
struct Fixture {
    asio::io_context io{1};
    net::ScaledClock clock{Timestamp{1'800'000'000'000}, 1000};
    net::HttpClient http{io.get_executor(), clock};
    ScriptedReceiver receiver{io};
    net::TaskGroup tasks{io.get_executor()};
    routing::Desired desired;
    std::vector<DeliveryOutcome> outcomes;
    std::vector<std::string> lines;
    std::string verdicts;
    config::Sink sink;
    std::optional<Sender> sender; // If not that of the sink's kind.
    std::optional<Rate> rate;     // If not that of the sink's kind.
    std::map<std::string, std::uint64_t> settled;
    std::unique_ptr<Courier> courier;

    Fixture() {
        sink.name = "pager";
        sink.timeout = hours(24); // A slow machine is no hanging receiver.
        sink.url = config::SecretSource::from_value(
            fmt::format("http://127.0.0.1:{}/secret-path?token=secret-token", receiver.port()));
    }
    ~Fixture() {
        receiver.stop();
        tasks.stop();
        while (!receiver.idle() || !tasks.empty()) {
            if (io.run_one_for(kHour) == 0) break;
        }
    }

    void start() {
        CourierParts parts;
        parts.sink = sink;
        parts.sender = sender ? &*sender : nullptr;
        parts.rate = rate;
        parts.settled = settled;
        parts.desired = [this]() -> const routing::Desired& { return desired; };
        parts.outcome = [this](const DeliveryOutcome& outcome) { outcomes.push_back(outcome); };
        parts.attempted = [this](Verdict verdict) { verdicts += "arx"[static_cast<int>(verdict)]; };
        parts.log = [this](const std::string& line) { lines.push_back(line); };
        parts.random = [] { return 0.5; };
        courier = std::make_unique<Courier>(io.get_executor(), http, clock, std::move(parts));
        tasks.spawn("courier", courier->run());
    }

    void know(const std::string& key, std::uint64_t revision, bool firing = true) {
        auto& notification = desired[key];
        notification.sink = "pager";
        notification.key = key;
        notification.revision = revision;
        notification.alert = key;
        notification.changed_at = Timestamp{static_cast<std::int64_t>(revision)};
        alert::Alert alert;
        alert.labels = {{"alertname", key}};
        alert.state = firing ? alert::State::Firing : alert::State::Inactive;
        notification.alerts = {alert};
    }

    template <class Condition> void run_until(Condition met) {
        while (!met()) REQUIRE(io.run_one_for(kHour) > 0);
    }
    void run_until_outcomes(std::size_t count) {
        run_until([&] { return outcomes.size() >= count; });
    }
    // `a@1+ b@2-`: accepted and refused.
    std::string told() const {
        std::string text;
        for (const auto& outcome : outcomes) {
            text += fmt::format("{}{}@{}{}", text.empty() ? "" : " ", outcome.key, outcome.revision,
                                outcome.accepted ? "+" : "-");
        }
        return text;
    }
    std::string header(std::size_t request, const std::string& name) const {
        const auto& head = receiver.seen().at(request).head;
        const auto at = head.find("\r\n" + name + ": ");
        if (at == std::string::npos) return "none";
        const auto begin = at + name.size() + 4;
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }
};

bool mentions(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "notify::Courier: delivers what is desired and says so") {
    sink.key = config::SecretSource::from_value("the-token");
    know("a", 1);
    start();
    run_until_outcomes(1);
    CHECK(told() == "a@1+");
    CHECK(verdicts == "a");
    CHECK(lines == std::vector<std::string>{"sink pager: a firing delivered"});
    CHECK(receiver.seen()[0].head.starts_with("POST /secret-path?token=secret-token HTTP/1.1\r\n"));
    CHECK(header(0, "Content-Type") == "application/json");
    CHECK(header(0, "Authorization") == "Bearer the-token");
    CHECK(header(0, "Idempotency-Key") == idempotency_key(desired.at("a")));
    CHECK(mentions(receiver.seen()[0].body, R"("labels":{"alertname":"a"})"));
    CHECK(courier->outstanding() == 0);
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: tries until the receiver accepts") {
    receiver.then({Manner::Answer, "500 Internal Server Error"});
    receiver.then({Manner::Reset, "200 OK"});
    receiver.then({Manner::Close, ""});
    receiver.then({Manner::Answer, "408 Request Timeout"});
    know("a", 1);
    start();
    run_until_outcomes(1);
    CHECK(told() == "a@1+");
    CHECK(verdicts == "rrrra");
    REQUIRE(receiver.seen().size() == 5);
    CHECK(header(4, "Idempotency-Key") == header(0, "Idempotency-Key"));
    CHECK(receiver.seen()[4].body == receiver.seen()[0].body);
    REQUIRE(lines.size() == 2); // Not one for each attempt.
    CHECK(lines[0] == "sink pager: a firing not delivered yet: HTTP 500 Internal Server Error; "
                      "trying again until it is");
    CHECK(lines[1].starts_with("sink pager: a firing delivered, after failing for "));
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: waits as long as the receiver asks") {
    receiver.then({Manner::Answer, "429 Too Many Requests\r\nRetry-After: 300"});
    std::vector<Duration> times;
    receiver.on_request([&] { times.push_back(clock.steady()); });
    know("a", 1);
    start();
    run_until_outcomes(1);
    REQUIRE(times.size() == 2);
    CHECK(times[1] - times[0] >= seconds(300));
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: too many requests hold up everything for that sink") {
    receiver.then({Manner::Answer, "429 Too Many Requests\r\nRetry-After: 300"});
    std::vector<Duration> times;
    receiver.on_request([&] { times.push_back(clock.steady()); });
    know("a", 1);
    know("b", 2);
    start();
    run_until_outcomes(2);
    REQUIRE(times.size() == 3);
    CHECK(times[1] - times[0] >= seconds(375)); // And up to half of it more: 0.5 by chance.
    CHECK(lines.at(1) == "sink pager: it takes no more requests for now; 2 incidents wait");
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: keeps to the rate of the sink") {
    rate = {1, 2};
    std::vector<Duration> times;
    receiver.on_request([&] { times.push_back(clock.steady()); });
    for (std::uint64_t n = 1; n <= 4; ++n) know(fmt::format("a{}", n), n);
    start();
    run_until_outcomes(4);
    REQUIRE(times.size() == 4);
    CHECK(times[2] - times[0] >= minutes(1));
    CHECK(times[3] - times[0] >= minutes(2));
    CHECK(told() == "a1@1+ a2@2+ a3@3+ a4@4+");
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: gives up on a receiver that hangs, and tries again") {
    sink.timeout = seconds(20);
    receiver.then({Manner::Hang, ""});
    know("a", 1);
    start();
    run_until([&] { return !lines.empty(); });
    CHECK(lines[0] == "sink pager: a firing not delivered yet: read: timeout after 20s; "
                      "trying again until it is");
    CHECK(receiver.seen().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: what is refused is reported and does not come back") {
    receiver.then({Manner::Answer, "400 Bad Request"});
    receiver.then({Manner::Answer, "400 Bad Request"}); // To a plain page too.
    receiver.then({Manner::Answer, "302 Found\r\nLocation: /elsewhere"});
    know("a", 1);
    know("b", 2);
    know("c", 3);
    start();
    run_until_outcomes(3);
    CHECK(told() == "a@1- b@2- c@3+");
    CHECK(verdicts == "xxa");
    CHECK(outcomes[0].detail == "HTTP 400 Bad Request");
    CHECK(outcomes[0].sink == "pager");
    CHECK(lines[0] == "sink pager: a firing refused for good: HTTP 400 Bad Request");
    know("a", 4); // News is another matter.
    courier->wake();
    run_until_outcomes(4);
    CHECK(outcomes[3].accepted);
    CHECK(receiver.seen().size() == 5);
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: a key that has to wait does not hold up others") {
    receiver.then({Manner::Answer, "503 Service Unavailable\r\nRetry-After: 3600"});
    know("a", 1);
    know("b", 2);
    start();
    run_until_outcomes(1);
    CHECK(told() == "b@2+");
    CHECK(courier->outstanding() == 1);
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: what changes during a delivery is sent after it") {
    know("a", 1);
    receiver.on_request([&] {
        if (receiver.seen().size() > 1) return;
        know("a", 2);
        know("a", 3, false);
        courier->wake();
    });
    start();
    run_until_outcomes(2);
    CHECK(told() == "a@1+ a@3+");
    CHECK(mentions(receiver.seen()[0].body, R"("status":"firing")"));
    CHECK(mentions(receiver.seen()[1].body, R"("status":"resolved")"));
    CHECK(header(0, "Idempotency-Key") != header(1, "Idempotency-Key"));
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: sleeps until it is woken") {
    start();
    run_until([&] { return io.poll_one() == 0; });
    CHECK(receiver.seen().empty());
    know("a", 1);
    courier->wake();
    run_until_outcomes(1);
    CHECK(told() == "a@1+");
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: does not repeat what was settled before a restart") {
    settled = {{"a", 1}};
    know("a", 1);
    know("b", 2);
    start();
    run_until_outcomes(1);
    CHECK(told() == "b@2+");
    CHECK(receiver.seen().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: an end is settled in silence if nobody wants it") {
    sink.send_resolved = false;
    know("a", 1, false);
    know("b", 2);
    start();
    run_until_outcomes(2);
    CHECK(told() == "a@1+ b@2+");
    CHECK(receiver.seen().size() == 1);
    CHECK(verdicts == "a");
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: what cannot be written goes out as a plain page") {
    sender = *find_sender(config::SinkKind::Webhook);
    sender->render = [](const routing::Notification& notification,
                        const Destination& destination) -> Result<net::Request> {
        if (!notification.alerts.at(0).annotations.has("keepwatch_cut")) {
            throw std::length_error("too long");
        }
        return find_sender(config::SinkKind::Webhook)->render(notification, destination);
    };
    know("a", 1);
    start();
    run_until_outcomes(1);
    CHECK(told() == "a@1+");
    CHECK(lines[0] == "sink pager: a cannot be written (too long); a plain page goes out instead");
    CHECK(mentions(receiver.seen()[0].body, R"("labels":{"alertname":"a"})"));
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: a sink that cannot be sent to yet says so") {
    sink.kind = config::SinkKind::Opsgenie;
    know("a", 1);
    start();
    run_until([&] { return !lines.empty(); });
    CHECK(lines[0] == "sink pager: a firing not delivered yet: sinks of kind \"opsgenie\" cannot "
                      "be sent to yet; trying again until it is");
    CHECK(courier->outstanding() == 1);
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: a secret that cannot be read yet is tried again") {
    sink.url = config::SecretSource::from_file("/nonexistent/url");
    know("a", 1);
    start();
    run_until([&] { return verdicts.size() == 3; });
    CHECK(verdicts == "rrr");
    REQUIRE(lines.size() == 1);
    CHECK(mentions(lines[0], "/nonexistent/url"));
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: neither logs nor outcomes tell the URL") {
    receiver.then({Manner::Close, ""});
    receiver.then({Manner::Answer, "500 Internal Server Error"});
    receiver.then({Manner::Answer, "404 Not Found"});
    know("a", 1);
    start();
    run_until_outcomes(1);
    for (const auto& line : lines) CHECK_FALSE(mentions(line, "secret"));
    CHECK_FALSE(mentions(outcomes[0].detail, "secret"));
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: stops in the middle of a delivery") {
    receiver.then({Manner::Hang, ""});
    know("a", 1);
    start();
    run_until([&] { return receiver.seen().size() == 1; });
    tasks.stop();
    run_until([&] { return tasks.empty(); });
    CHECK(outcomes.empty());
    CHECK(verdicts.empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "notify::Courier: a page that is refused for what it says goes out plain") {
    receiver.then({Manner::Answer, "422 Unprocessable Content"});
    know("a", 1);
    start();
    run_until_outcomes(1);
    CHECK(told() == "a@1+");
    CHECK(mentions(receiver.seen().at(1).body, "this is a plain page"));
    CHECK(lines.at(0) == "sink pager: a was refused (HTTP 422 Unprocessable Content); "
                         "a plain page was accepted");
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: of many alerts only the bad one is refused") {
    sender = kWebhookSender;
    sender->alerts_max = 3;
    know("a", 1);
    auto& alerts = desired.at("a").alerts;
    const auto one = alerts[0];
    for (const auto* const topic : {"b", "c", "d"}) {
        alerts.push_back(one);
        alerts.back().labels = {{"alertname", "a"}, {"topic", topic}};
    }
    receiver.then({});                                  // {d}
    receiver.then({Manner::Answer, "400 Bad Request"}); // {a, b, c}
    receiver.then({});                                  // {c}
    receiver.then({Manner::Answer, "400 Bad Request"}); // {a, b}
    receiver.then({Manner::Answer, "400 Bad Request"}); // {b}
    receiver.then({Manner::Answer, "400 Bad Request"}); // The same, plain.
    start();
    run_until_outcomes(1);
    CHECK(told() == "a@1+");
    CHECK(receiver.seen().size() == 7);
    CHECK(lines == std::vector<std::string>{"sink pager: a firing delivered but for 1 of 4 alerts: "
                                            "HTTP 400 Bad Request"});
}

TEST_CASE_FIXTURE(Fixture, "notify::Courier: repeats what is settled, and makes no words of it") {
    sink.repeat_after = minutes(1);
    know("a", 1);
    start();
    run_until([&] { return receiver.seen().size() >= 4 && verdicts.size() >= 4; });
    CHECK(told() == "a@1+");
    CHECK(lines == std::vector<std::string>{"sink pager: a firing delivered"});
    CHECK(verdicts == "aaaa");
}
