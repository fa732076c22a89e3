#include "cli/report.h"

#include <doctest/doctest.h>

namespace {

using namespace keepwatch;
using alert::Transition;

engine::Outcome outcome(Transition::To to) {
    engine::Outcome outcome;
    outcome.step.to = to;
    outcome.step.at = {1'700'000'000'500};
    outcome.step.rule = "Urp";
    outcome.step.reason = "held for 1m";
    outcome.step.alert.labels =
        Labels{{"alertname", "Urp"}, {"instance", "b1"}, {"severity", "critical"}, {"topic", "t"}};
    outcome.step.alert.annotations = Labels{{"summary", "3 partitions lack a replica"}};
    outcome.step.alert.value = 3;
    outcome.step.alert.active_at = {1'699'999'940'000};
    outcome.runbook = "KW-URP";
    outcome.sop = {"KW-URP", "", "https://sop/KW-URP", {"Look.", "Think."}, "isr:\n  3  b1\n"};
    return outcome;
}

} // namespace

TEST_CASE("cli::to_json: one object a step, always the same bytes") {
    CHECK(cli::to_json(outcome(Transition::To::Firing)) ==
          R"({"time":"2023-11-14T22:13:20.5Z","alert":"Urp","state":"firing",)"
          R"("labels":{"alertname":"Urp","instance":"b1","severity":"critical","topic":"t"},)"
          R"("annotations":{"summary":"3 partitions lack a replica"},"value":"3",)"
          R"("active_at":"2023-11-14T22:12:20Z","runbook":"KW-URP",)"
          R"("runbook_url":"https://sop/KW-URP"})");
    CHECK(cli::to_json(outcome(Transition::To::Dropped)) == "");
}

TEST_CASE("cli::to_text: a firing alert as a pager shows it, other steps on a line") {
    CHECK(cli::to_text(outcome(Transition::To::Firing), cli::Colour::No) ==
          "2023-11-14T22:13:20.5Z  FIRING    Urp [critical]  instance=b1 topic=t  (held for 1m)\n"
          "  | what     3 partitions lack a replica\n"
          "  | where    instance=b1 topic=t\n"
          "  | since    2023-11-14T22:12:20Z\n"
          "  | value    3\n"
          "  | SOP      https://sop/KW-URP\n"
          "  | do first 1. Look.\n"
          "  |          2. Think.\n"
          "  | now\n"
          "  |   isr:\n"
          "  |     3  b1\n");
    CHECK(cli::to_text(outcome(Transition::To::Resolved), cli::Colour::No) ==
          "2023-11-14T22:13:20.5Z  resolved  Urp [critical]  instance=b1 topic=t  (held for 1m)\n");
}
