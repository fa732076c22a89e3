#include <doctest/doctest.h>

#include "runbook/runbook.h"
#include "support/temp_dir.h"

using namespace keepwatch;
using runbook::parse_runbook;

namespace {

const std::string kLeast = "schema = 1\nid = \"KW-A\"\nalert = \"A\"\ntitle = \"T\"\n";

std::string error(std::string_view text) {
    const auto parsed = parse_runbook(text, "A.md");
    return parsed ? "none" : parsed.error().to_string();
}

std::string with_front(const std::string& more) {
    return "+++\n" + kLeast + more + "+++\n# A\n";
}

} // namespace

TEST_CASE("runbook::parse_runbook: front matter and body") {
    const auto parsed = parse_runbook(
        with_front("severity = \"critical\"\naliases = [\"B\"]\npage_steps = [\"look\"]\n"
                   "est_minutes = 5\nlast_reviewed = 2026-01-09\nmodes = [\"zk\"]\n"),
        "pages/A.md");
    REQUIRE(parsed);
    CHECK(parsed->id == "KW-A");
    CHECK(parsed->alert == "A");
    CHECK(parsed->aliases == std::vector<std::string>{"B"});
    CHECK(parsed->severity == "critical");
    CHECK(parsed->est_minutes == 5);
    CHECK(parsed->last_reviewed == "2026-01-09");
    CHECK(parsed->body == "# A\n");
    CHECK(parsed->body_line == 13);
    CHECK(parsed->path == "pages/A.md");
    CHECK(parse_runbook(with_front("last_reviewed = \"2026-01-09\"\n"), "A.md")->last_reviewed ==
          "2026-01-09");
}

TEST_CASE("runbook::parse_runbook: errors name the line of the file") {
    CHECK(error("# A\n") == "A.md:1:1: an SOP begins with a line +++ and its front matter");
    CHECK(error("") == "A.md:1:1: an SOP begins with a line +++ and its front matter");
    CHECK(error("+++\nid = \"KW-A\"\n") == "A.md:1:1: the front matter has no closing line +++");
    CHECK(error("+++") == "A.md:1:1: the front matter has no closing line +++");
    CHECK(
        error(with_front("sverity = \"critical\"\n")).starts_with("A.md:6:1: sverity is unknown"));
    CHECK(error(with_front("est_minutes = \"5\"\n")) ==
          "A.md:6:15: est_minutes must be an integer above zero, not \"5\"");
    CHECK(error(with_front("last_reviewed = \"soon\"\n")) ==
          "A.md:6:17: last_reviewed must be a date such as 2026-11-24");
    CHECK(error("+++\nschema = 1\nid = \"KW-A\"\ntitle = \"T\"\n+++\n") ==
          "A.md:2:1: alert is required");
    CHECK(error("+++\nschema = 2\nid = \"KW-A\"\nalert = \"A\"\ntitle = \"T\"\n+++\n") ==
          "A.md:2:10: schema is newer than this agent, which knows schema 1");
}

TEST_CASE("runbook::parse_runbook: any cut of a page is read or refused") {
    const auto text =
        with_front("last_reviewed = 2026-01-09\n") + "## Meaning\n```sh {name=\"a\"\n";
    for (std::size_t end = 0; end <= text.size(); ++end)
        (void)parse_runbook(std::string_view(text).substr(0, end), "A.md");
    CHECK(error(text) == "none");
}

TEST_CASE("runbook::load_runbooks: folders, overriding and what is wrong") {
    const testing::TempDir vendor;
    const testing::TempDir own;
    vendor.write("A.md", with_front("owner = \"vendor\"\n"));
    vendor.write("B.md",
                 "+++\nschema = 1\nid = \"KW-B\"\nalert = \"B\"\ntitle = \"T\"\n+++\n# B\n");
    vendor.write("notes.txt", "no SOP");
    own.write("A.md", with_front("owner = \"ours\"\n"));
    const auto loaded = runbook::load_runbooks({vendor.path(""), own.path("")});
    CHECK(loaded.errors.empty());
    REQUIRE(loaded.library.all().size() == 2);
    CHECK(loaded.library.find("A")->owner == "ours");
    CHECK(loaded.library.find("KW-B")->alert == "B");
    CHECK(loaded.library.find("C") == nullptr);

    const auto gone = runbook::load_runbooks({own.path("gone")});
    REQUIRE(gone.errors.size() == 1);
    CHECK(gone.errors[0].to_string() == own.path("gone") + ": no such SOP file or folder");

    own.write("C.md", "+++\nschema = 1\nid = \"KW-A\"\nalert = \"C\"\ntitle = \"T\"\n+++\n# C\n");
    const auto twice = runbook::load_runbooks({own.path("")});
    REQUIRE(twice.errors.size() == 1);
    CHECK(twice.errors[0].message == "the id KW-A is already that of " + own.path("") + "A.md");
}

TEST_CASE("runbook::RunbookLibrary: aliases share a page") {
    runbook::RunbookLibrary library;
    library.add(*parse_runbook(with_front("aliases = [\"AWarning\"]\n"), "A.md"));
    REQUIRE(library.find("AWarning") != nullptr);
    CHECK(library.find("AWarning")->id == "KW-A");
}
