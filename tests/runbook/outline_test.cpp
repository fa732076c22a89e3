#include <doctest/doctest.h>

#include "runbook/outline.h"

using namespace keepwatch::runbook;

TEST_CASE("runbook::outline_of: sections, words and fences with their lines") {
    const auto outline = outline_of("# Title\n"
                                    "\n"
                                    "## Verify\n"
                                    "Two words.\n"
                                    "\n"
                                    "```sh {name=\"a-b\" safety=\"read\" timeout=30}\n"
                                    "echo 1\n"
                                    "```\n"
                                    "## Mitigation\n"
                                    "### M1 Do `it`\n"
                                    "- in a list\n"
                                    "\n"
                                    "  ```promql {name=\"q\"}\n"
                                    "  up\n"
                                    "  ```\n");
    CHECK(outline.title == "Title");
    REQUIRE(outline.sections.size() == 2);
    const auto& verify = outline.sections[0];
    CHECK(verify.title == "Verify");
    CHECK(verify.line == 3);
    CHECK(verify.words == 2);
    REQUIRE(verify.fences.size() == 1);
    const auto& fence = verify.fences[0];
    CHECK(fence.language == "sh");
    CHECK(fence.attribute("name") == "a-b");
    CHECK(fence.attribute("safety") == "read");
    CHECK(fence.attribute("timeout") == "30");
    CHECK(fence.attribute("host") == "");
    CHECK(fence.text == "echo 1\n");
    CHECK(fence.line == 6);
    CHECK(fence.end_line == 8);
    CHECK(fence.problem == "");
    REQUIRE(outline.section("Mitigation") != nullptr);
    REQUIRE(outline.section("Mitigation")->fences.size() == 1);
    CHECK(outline.section("Mitigation")->fences[0].line == 13);
    CHECK(outline.section("Nothing") == nullptr);
    CHECK(outline.anchors == std::vector<std::string>{"title", "verify", "mitigation", "m1-do-it"});
}

TEST_CASE("runbook::outline_of: what opens a block wrongly is said") {
    for (const std::string_view info : {"sh {name=\"a}", "sh {name}", "sh {=x}", "sh {a=\"b\"c}",
                                        "sh {name=\"a\"", "sh {a b=c}"}) {
        const auto outline = outline_of("## S\n```" + std::string(info) + "\nx\n```\n");
        REQUIRE(outline.sections[0].fences.size() == 1);
        CHECK_MESSAGE(outline.sections[0].fences[0].problem != "", info);
    }
}

TEST_CASE("runbook::outline_of: what follows a block ends at the next that changes something") {
    const auto outline = outline_of("## S\n"
                                    "```sh {name=\"w\" safety=\"write\"}\nx\n```\n"
                                    "first\n\n"
                                    "```sh {name=\"r\" safety=\"read\"}\nx\n```\n"
                                    "second\n\n"
                                    "```sh {name=\"d\" safety=\"destructive\"}\nx\n```\n"
                                    "third\n");
    const auto& section = outline.sections[0];
    REQUIRE(section.after_fence.size() == 3);
    CHECK(section.after_fence[0] == "first\nsecond\n");
    CHECK(section.after_fence[1] == "second\n");
    CHECK(section.after_fence[2] == "third\n");
}

TEST_CASE("runbook::outline_of: links within the page") {
    const auto outline =
        outline_of("## S\n\n1. Go to [M1](#m1-x).\n   - Or [out](https://a.b/#c).\n");
    REQUIRE(outline.links.size() == 1);
    CHECK(outline.links[0].anchor == "m1-x");
    CHECK(outline.links[0].line == 3);
}

TEST_CASE("runbook::outline_of: nothing is a page too") {
    CHECK(outline_of("").sections.empty());
    CHECK(outline_of("```sh\n").sections.empty());
    CHECK(outline_of("text before a heading").sections.empty());
}
