#include "notify/backlog.h"

#include <doctest/doctest.h>

using namespace keepwatch;
using notify::Backlog;

namespace {

struct Fixture {
    routing::Desired desired;
    Backlog backlog{{}};
    Timestamp now{1'000'000};

    void know(const std::string& key, std::uint64_t revision, std::int64_t changed_at_ms) {
        auto& notification = desired[key];
        notification.key = key;
        notification.revision = revision;
        notification.changed_at = Timestamp{changed_at_ms};
    }
    std::string next() const {
        const auto* chosen = backlog.next(desired, now);
        return chosen == nullptr ? "none" : chosen->key + "@" + std::to_string(chosen->revision);
    }
    std::string due() const {
        const auto time = backlog.due_at(desired);
        if (!time) return "never";
        return *time <= now ? "now" : "in " + format_duration(*time - now);
    }
    void postpone(const std::string& key, std::optional<Duration> wish = std::nullopt) {
        backlog.postpone(key, now, wish, [] { return 0.5; });
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "notify::Backlog: has nothing to do when all is settled") {
    CHECK(next() == "none");
    CHECK(due() == "never");
    know("a", 1, 10);
    CHECK(due() == "now");
    backlog.settle("a", 1, now);
    CHECK(next() == "none");
    CHECK(due() == "never");
    CHECK(backlog.outstanding(desired) == 0);
}

TEST_CASE_FIXTURE(Fixture, "notify::Backlog: the oldest change goes first") {
    know("a", 7, 30);
    know("b", 8, 10);
    know("c", 6, 10);
    CHECK(next() == "c@6"); // Of one moment, the earlier revision.
    backlog.settle("c", 6, now);
    CHECK(next() == "b@8");
    backlog.settle("b", 8, now);
    CHECK(next() == "a@7");
    CHECK(backlog.outstanding(desired) == 1);
}

TEST_CASE_FIXTURE(Fixture, "notify::Backlog: changes that were not sent collapse into the newest") {
    know("a", 1, 10);
    know("a", 2, 20);
    know("a", 9, 90);
    CHECK(next() == "a@9");
    backlog.settle("a", 9, now);
    CHECK(next() == "none");
}

TEST_CASE_FIXTURE(Fixture, "notify::Backlog: a change during delivery is still owed afterwards") {
    know("a", 1, 10);
    know("a", 2, 20);
    backlog.settle("a", 1, now);
    CHECK(next() == "a@2");
    backlog.settle("a", 2, now);
    backlog.settle("a", 1, now); // A late answer does not undo it.
    CHECK(next() == "none");
}

TEST_CASE_FIXTURE(Fixture, "notify::Backlog: a key that waits does not hold up others") {
    know("a", 1, 10);
    know("b", 2, 20);
    postpone("a");
    CHECK(next() == "b@2");
    backlog.settle("b", 2, now);
    CHECK(next() == "none");
    CHECK(due() == "in 500ms");
    now = now + milliseconds(499);
    CHECK(next() == "none");
    now = now + milliseconds(1);
    CHECK(next() == "a@1");
}

TEST_CASE_FIXTURE(Fixture,
                  "notify::Backlog: waits longer after each attempt, anew after a success") {
    know("a", 1, 10);
    std::string waits;
    for (int i = 0; i < 8; ++i) {
        postpone("a");
        waits += due() + " ";
    }
    CHECK(waits == "in 500ms in 1s in 2s in 4s in 8s in 16s in 30s in 30s ");
    backlog.settle("a", 1, now);
    know("a", 2, 20);
    CHECK(due() == "now");
    postpone("a");
    CHECK(due() == "in 500ms");
}

TEST_CASE_FIXTURE(Fixture, "notify::Backlog: the receiver's own wish wins if it is longer") {
    know("a", 1, 10);
    postpone("a", minutes(7));
    CHECK(due() == "in 7m");
    postpone("a", Duration{}); // Asked for at once by mistake, it would be asked for ever.
    CHECK(due() == "in 1s");
}

TEST_CASE_FIXTURE(Fixture, "notify::Backlog: news of a key waits as long as the key does") {
    know("a", 1, 10);
    postpone("a", minutes(1));
    know("a", 2, 20); // Such as its end: a receiver that is overloaded stays left alone.
    CHECK(next() == "none");
    CHECK(due() == "in 1m");
}

TEST_CASE("notify::Backlog: begins with what was settled before a restart") {
    Fixture restarted;
    restarted.backlog = Backlog({{"a", 5}, {"b", 5}});
    restarted.know("a", 5, 10);
    restarted.know("b", 6, 20);
    CHECK(restarted.next() == "b@6");
    CHECK(restarted.backlog.outstanding(restarted.desired) == 1);
}

TEST_CASE_FIXTURE(Fixture, "notify::Backlog: forgets keys that are no longer desired") {
    know("a", 1, 10);
    know("b", 2, 20);
    backlog.settle("a", 1, now);
    postpone("b", hours(1));
    desired.clear();
    backlog.forget_others(desired);
    know("a", 1, 10); // Nobody does this; it shows that nothing was remembered.
    know("b", 2, 20);
    CHECK(next() == "a@1");
    CHECK(due() == "now");
}

TEST_CASE_FIXTURE(Fixture, "notify::Backlog: what is settled is repeated, after what is not") {
    backlog = Backlog({{"a", 1}}, minutes(1));
    know("a", 1, 10);
    CHECK(next() == "a@1"); // At once: nobody knows whether it was repeated before the restart.
    backlog.settle("a", 1, now);
    CHECK(next() == "none");
    CHECK(due() == "in 1m");
    CHECK(backlog.outstanding(desired) == 0);
    know("b", 2, 20);
    now = now + minutes(1);
    CHECK(next() == "b@2");
    backlog.settle("b", 2, now);
    CHECK(next() == "a@1");
    postpone("a", seconds(90));
    CHECK(due() == "in 1m"); // That of b.
    backlog.settle("a", 1, now);
    CHECK(due() == "in 1m");
}

TEST_CASE_FIXTURE(Fixture, "notify::Backlog: repeats that are late take turns") {
    backlog = Backlog({}, minutes(1));
    know("old", 1, 10);
    know("new", 2, 20);
    backlog.settle("new", 2, now);
    now = now + seconds(1);
    backlog.settle("old", 1, now);
    now = now + minutes(5);
    CHECK(next() == "new@2");
}
