#include "routing/router.h"

#include <doctest/doctest.h>

namespace {

using namespace keepwatch;
using namespace keepwatch::routing;
using alert::Scope;
using alert::State;
using alert::Transition;

Transition step(Transition::To to, Labels labels, std::int64_t at = 1'000) {
    Transition step;
    step.to = to;
    step.at = {at};
    step.rule = std::string(labels.get("alertname"));
    step.alert.labels = std::move(labels);
    step.alert.state = to == Transition::To::Firing ? State::Firing : State::Inactive;
    return step;
}

const Labels kB1{{"alertname", "Urp"}, {"cluster", "c"}, {"instance", "b1"}, {"topic", "t"}};
const Labels kB1OtherTopic{
    {"alertname", "Urp"}, {"cluster", "c"}, {"instance", "b1"}, {"topic", "u"}};
const Labels kB2{{"alertname", "Urp"}, {"cluster", "c"}, {"instance", "b2"}, {"topic", "t"}};

struct Fixture {
    Router router{{{"pager"}, {"manager", minutes(15)}}};

    void take(Transition::To to, const Labels& labels, Scope scope = Scope::Host) {
        router.take(step(to, labels), scope, {"KW-URP", "", "", {}, ""});
    }
    const Desired& desired() const { return router.desired("pager"); }
    void accept() {
        const auto& newest = desired().begin()->second;
        router.settle({"pager", newest.key, newest.revision, true, ""});
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "routing::Router: one instance's alerts are one incident, two are two") {
    take(Transition::To::Firing, kB1);
    take(Transition::To::Firing, kB1OtherTopic);
    CHECK(desired().size() == 1);
    CHECK(desired().begin()->second.alerts.size() == 2);
    take(Transition::To::Firing, kB2);
    CHECK(desired().size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "routing::Router: under cluster scope all hosts share one key") {
    take(Transition::To::Firing, kB1, Scope::Cluster);
    take(Transition::To::Firing, kB2, Scope::Cluster);
    CHECK(desired().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "routing::Router: pending and dropped are nobody's news") {
    take(Transition::To::Pending, kB1);
    take(Transition::To::Dropped, kB1);
    CHECK(desired().empty());
}

TEST_CASE_FIXTURE(Fixture, "routing::Router: what was told to fire and waits again has ended") {
    take(Transition::To::Firing, kB1);
    accept();
    take(Transition::To::Pending, kB1OtherTopic);
    CHECK(desired().begin()->second.firing());
    take(Transition::To::Pending, kB1); // A reload raised its `for`.
    REQUIRE(desired().size() == 1);
    CHECK_FALSE(desired().begin()->second.firing());
    CHECK(desired().begin()->second.alerts.front().resolved_at == Timestamp{1'000});
    accept();
    CHECK(desired().empty());
}

TEST_CASE_FIXTURE(Fixture, "routing::Router: an incident is owed until its end was accepted") {
    take(Transition::To::Firing, kB1);
    accept();
    REQUIRE(desired().size() == 1);
    CHECK(desired().begin()->second.firing());
    take(Transition::To::Resolved, kB1);
    REQUIRE(desired().size() == 1);
    CHECK_FALSE(desired().begin()->second.firing());
    accept();
    CHECK(desired().empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "routing::Router: news that came while a page was under way stays owed") {
    take(Transition::To::Firing, kB1);
    const auto sent = desired().begin()->second;
    take(Transition::To::Resolved, kB1);
    router.settle({"pager", sent.key, sent.revision, true, ""});
    REQUIRE(desired().size() == 1);
    CHECK(desired().begin()->second.revision > sent.revision);
    accept();
    CHECK(desired().empty());
}

TEST_CASE_FIXTURE(Fixture, "routing::Router: of several alerts the resolved ones leave once told") {
    take(Transition::To::Firing, kB1);
    take(Transition::To::Firing, kB1OtherTopic);
    take(Transition::To::Resolved, kB1);
    CHECK(desired().begin()->second.alerts.size() == 2);
    accept();
    CHECK(desired().begin()->second.alerts.size() == 1);
    CHECK(desired().begin()->second.firing());
}

TEST_CASE("routing::deduplication_key: the same for the same labels, and for no others") {
    const auto key = [](const Labels& labels, Scope scope) {
        return deduplication_key(group_labels(labels, scope));
    };
    CHECK(key(kB1, Scope::Host) == key(kB1OtherTopic, Scope::Host));
    CHECK(key(kB1, Scope::Host) != key(kB2, Scope::Host));
    CHECK(key(kB1, Scope::Cluster) == key(kB2, Scope::Cluster));
    CHECK(key(kB1, Scope::Cluster) != key(kB1.with("cluster", "d"), Scope::Cluster));
    CHECK(key(kB1, Scope::Host).size() == 4 + 64);
    CHECK(key(kB1, Scope::Host).starts_with("kw1:"));
}

TEST_CASE_FIXTURE(Fixture,
                  "routing::Router: a sink that wants repeats is owed an end for a while") {
    take(Transition::To::Firing, kB1);
    take(Transition::To::Resolved, kB1); // At time 0, as the step says.
    const auto told = router.desired("manager").begin()->second;
    router.forget_ends(Timestamp{} + minutes(20));
    CHECK(router.desired("manager").size() == 1); // It was not told yet.
    router.settle({"manager", told.key, told.revision, true, ""});
    CHECK(router.desired("manager").size() == 1);
    router.forget_ends(Timestamp{} + minutes(15) - milliseconds(1));
    CHECK(router.desired("manager").size() == 1);
    const auto changes = router.changes();
    router.forget_ends(Timestamp{} + minutes(15));
    CHECK(router.desired("manager").empty());
    CHECK(router.changes() > changes);
}

TEST_CASE("routing::Router: the end of what waits to fire anew is not repeated, but told if owed") {
    Router router({{"manager", minutes(15)}});
    const auto take = [&](Transition::To to) { router.take(step(to, kB1), Scope::Host, {}); };
    take(Transition::To::Firing);
    take(Transition::To::Resolved);
    const auto told = router.desired("manager").begin()->second;
    take(Transition::To::Pending);
    CHECK(router.desired("manager").size() == 1);
    router.settle({"manager", told.key, told.revision, true, ""});
    take(Transition::To::Pending);
    CHECK(router.desired("manager").empty());
}
