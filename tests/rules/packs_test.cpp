#include <doctest/doctest.h>

#include <set>

#include "alert/lint.h"
#include "runbook/lint.h"

using namespace keepwatch;

namespace {

alert::LoadedRules packs() {
    return alert::load_rules({KEEPWATCH_SOURCE_DIR "/rules"});
}
runbook::LoadedRunbooks pages() {
    return runbook::load_runbooks({KEEPWATCH_SOURCE_DIR "/runbooks"});
}

runbook::Rules all_rules() {
    runbook::Rules rules;
    const auto loaded = packs();
    for (const auto& group : loaded.rules.groups)
        rules.insert(rules.end(), group.rules.begin(), group.rules.end());
    return rules;
}

std::string listed(const std::vector<Error>& errors) {
    std::string text;
    for (const auto& error : errors) text += error.to_string() + "\n";
    return text;
}

bool has_severity(const alert::Rule& rule) {
    return std::any_of(rule.labels.begin(), rule.labels.end(),
                       [](const auto& label) { return label.name == "severity"; });
}

} // namespace

TEST_CASE("rules: every pack loads") {
    const auto loaded = packs();
    CHECK(listed(loaded.errors) == "");
    CHECK(loaded.files.size() >= 7);
    CHECK(all_rules().size() >= 11);
}

TEST_CASE("rules: no rule is valid and yet hardly meant") {
    CHECK(listed(alert::lint(packs())) == "");
}

TEST_CASE("rules: every SOP loads") {
    const auto loaded = pages();
    CHECK(listed(loaded.errors) == "");
    CHECK(loaded.library.all().size() >= 11);
}

TEST_CASE("rules: SOPs are without findings, and each alert has exactly one") {
    CHECK(listed(runbook::lint(pages().library, all_rules())) == "");
}

TEST_CASE("rules: every alert says how bad it is and what happened, under a name of its own") {
    std::set<std::string> names;
    for (const auto& rule : all_rules()) {
        if (rule->kind != alert::Rule::Kind::Alerting) continue;
        CHECK_MESSAGE(has_severity(*rule), rule->name);
        CHECK_MESSAGE(names.insert(rule->name).second, rule->name);
        REQUIRE_MESSAGE(rule->annotations.size() == 2, rule->name);
        CHECK(rule->annotations[0].name == "description");
        CHECK(rule->annotations[1].name == "summary");
    }
}

// These would start a second exporter on the broker's port, or a JVM with its agent.
TEST_CASE("rules: commands of SOPs keep the broker's environment out of Kafka's tools") {
    const auto loaded = pages();
    for (const auto& page : loaded.library.all()) {
        for (std::size_t at = page.body.find(".sh "); at != std::string::npos;
             at = page.body.find(".sh ", at + 1)) {
            const auto begin = page.body.find_last_of("\n;|&(", at) + 1;
            const auto command = page.body.substr(begin, at - begin);
            if (command.find("kafka-") == std::string::npos &&
                command.find("zookeeper-") == std::string::npos)
                continue;
            CHECK_MESSAGE(command.find("env -u KAFKA_OPTS -u JMX_PORT ") != std::string::npos,
                          page.path << ": " << command);
        }
    }
}
