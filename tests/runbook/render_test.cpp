#include <doctest/doctest.h>

#include "runbook/runbook.h"
#include "series/archive_store.h"

using namespace keepwatch;

namespace {

constexpr Timestamp kNow{1'700'000'000'000};

// A firing alert of broker b1 in a cluster whose topics lack 12, 7.5 and 1 replicas.
struct Scene {
    alert::Alert alert;
    series::ArchiveStore store;
    runbook::Runbook runbook;

    Scene() {
        alert.labels = {{"alertname", "A"}, {"instance", "b1"}};
        alert.value = 3;
        for (const auto& [topic, value] :
             std::vector<std::pair<std::string_view, double>>{{"a", 1}, {"b", 12}, {"c", 7.5}})
            store.append({{"__name__", "urp"}, {"instance", "b1"}, {"topic", topic}}, kNow, value);
        runbook.id = "KW-A";
        runbook.alert = "A";
        runbook.title = "T";
        runbook.page_steps = {"on {{ $labels.instance }}: {{ $value }}"};
    }

    runbook::RenderContext context() const {
        runbook::RenderContext made;
        made.alert = &alert;
        made.series = &store;
        made.now = kNow;
        made.base_url = "https://sop.example.com";
        return made;
    }
    runbook::Rendered render() const { return runbook::render(runbook, context()); }
};

std::string block(std::string_view name, std::string_view expr) {
    return "```promql {name=\"" + std::string(name) + "\"}\n" + std::string(expr) + "\n```\n";
}

} // namespace

TEST_CASE("runbook::render: steps and diagnosis carry live values") {
    Scene scene;
    scene.runbook.body =
        "## Verify\n" + block("by-topic", "urp{instance=\"{{ $labels.instance }}\"}") +
        "## Diagnosis\n" + block("total", "sum(urp)") + block("nobody", "gone > 0") +
        "## Background\n" + block("not-asked", "urp");
    const auto rendered = scene.render();
    CHECK(rendered.id == "KW-A");
    CHECK(rendered.title == "T");
    CHECK(rendered.url == "https://sop.example.com/KW-A");
    CHECK(rendered.steps == std::vector<std::string>{"on b1: 3"});
    CHECK(rendered.diagnosis == "by-topic:\n"
                                "   12  topic=\"b\"\n"
                                "  7.5  topic=\"c\"\n"
                                "    1  topic=\"a\"\n"
                                "total:\n"
                                "  20.5\n"
                                "nobody:\n"
                                "  no series\n");
    CHECK(rendered.problems.empty());
}

TEST_CASE("runbook::render: what cannot be rendered stands as it is written, and is named") {
    Scene scene;
    scene.runbook.page_steps = {"{{ nope }}", "fine"};
    scene.runbook.body = "## Verify\n" + block("bad", "sum(") + block("good", "sum(urp)") +
                         block("range", "urp[5m]");
    const auto rendered = scene.render();
    CHECK(rendered.steps == std::vector<std::string>{"{{ nope }}", "fine"});
    REQUIRE(rendered.problems.size() == 3);
    CHECK(rendered.problems[0] == "page step: 1:4: function \"nope\" not defined");
    CHECK(rendered.problems[1].starts_with("block bad: "));
    CHECK(rendered.problems[2] == "block range: a block must give an instant vector or a scalar");
    CHECK(rendered.diagnosis.find("good:\n  20.5\n") != std::string::npos);
    CHECK(rendered.diagnosis.find("bad:\n  could not be asked: ") != std::string::npos);
}

TEST_CASE("runbook::render: a rule's own steps come first; without series there is no diagnosis") {
    Scene scene;
    scene.runbook.body = "## Verify\n" + block("total", "sum(urp)");
    auto context = scene.context();
    context.steps_override = {"mine"};
    context.series = nullptr;
    context.base_url = "";
    const auto rendered = runbook::render(scene.runbook, context);
    CHECK(rendered.steps == std::vector<std::string>{"mine"});
    CHECK(rendered.diagnosis == "");
    CHECK(rendered.url == "");
    context.alert = nullptr;
    CHECK(runbook::render(scene.runbook, context).problems.empty());
}

TEST_CASE("runbook::render: answers and pages are bounded") {
    Scene scene;
    for (int i = 0; i < 30; ++i)
        scene.store.append(
            {{"__name__", "many"}, {"n", std::string(2000, 'x') + std::to_string(i)}}, kNow, i);
    for (int i = 0; i < 14; ++i)
        scene.store.append({{"__name__", "some"}, {"n", std::to_string(i)}}, kNow, i);
    scene.runbook.body = "## Verify\n" + block("some", "some");
    CHECK(scene.render().diagnosis.ends_with("  4  n=\"4\"\n  and 4 more\n"));
    scene.runbook.body = "## Verify\n" + block("many", "many");
    CHECK(scene.render().diagnosis.size() < 9000);
    scene.runbook.body = "## Verify\n";
    for (int i = 0; i < 30; ++i) scene.runbook.body += block("b" + std::to_string(i), "1");
    const auto diagnosis = scene.render().diagnosis;
    CHECK(diagnosis.find("b9:") != std::string::npos);
    CHECK(diagnosis.find("b10:") == std::string::npos);
}

TEST_CASE("runbook::render_markdown: the answer stands below its block") {
    Scene scene;
    scene.runbook.body =
        "# {{ $labels.instance }}\n## Verify\n" + block("total", "sum(urp)") + "after\n";
    CHECK(runbook::render_markdown(scene.runbook, scene.context()) ==
          "# b1\n## Verify\n```promql "
          "{name=\"total\"}\nsum(urp)\n```\n\n```text\n20.5\n```\nafter\n");
    scene.runbook.body = "# {{ nope }}\n";
    CHECK(runbook::render_markdown(scene.runbook, scene.context()) == "# {{ nope }}\n");
}

TEST_CASE("runbook::to_plain_text: no markup, short lines") {
    CHECK(runbook::to_plain_text("# Title\n\nSome *words* and `code` that are long enough.\n",
                                 20) == "Title\n\nSome words and code\nthat are long\nenough.\n");
    CHECK(runbook::to_plain_text("") == "\n");
}
