#include "exposition/families.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace keepwatch;
using namespace keepwatch::exposition;

namespace {

std::string read(std::string_view page, const FamilyLimits& limits = {}) {
    std::string text;
    for (const auto& [name, family] : read_families(page, PageFormat::Text, limits))
        text += fmt::format("{}{}|{}|{}|{}", text.empty() ? "" : " ", name, family.type,
                            family.help, family.unit);
    return text;
}

} // namespace

TEST_CASE("exposition::read_families: type, help and unit of each metric") {
    CHECK(read("# HELP up Is it\n# TYPE up gauge\nup 1\n") == "up|gauge|Is it|");
    CHECK(read("# TYPE b counter\n# TYPE a untyped\n# UNIT b bytes\n# EOF\n") ==
          "a|unknown|| b|counter||bytes");
    CHECK(read("# HELP a\n") == "a|unknown||");
    CHECK(read("# HELP \"a.b\" dots\n") == "a.b|unknown|dots|");
    CHECK(read("# HELP a one\\ntwo \\\\ three\\\"\n") == "a|unknown|one\ntwo \\ three\"|");
    CHECK(read("# HELP a trailing\\") == "a|unknown|trailing\\|");
}

TEST_CASE("exposition::read_families: whatever else is there is passed over") {
    for (const auto* page : {"", "\n", "# ", "#", "# comment", "# HELP", "# HELP ", "# HELP 9 x",
                             "up 1\n", "a{b=\"# HELP x y\"} 1\n", "# help a b\n", "# HELP \"a b"})
        CHECK_MESSAGE(read(page).empty(), page);
    CHECK(read_families("# HELP a b\n", PageFormat::ZookeeperWords).empty());
}

TEST_CASE("exposition::read_families: its limits hold") {
    CHECK(read("# HELP a abcdef\n# HELP b x\n", {.families_max = 1, .help_bytes_max = 3}) ==
          "a|unknown|abc|");
}
