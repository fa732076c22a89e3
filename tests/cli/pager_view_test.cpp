#include "cli/pager_view.h"

#include <doctest/doctest.h>

using namespace keepwatch::cli;

TEST_CASE("cli::pager_view: what, where, since when, the SOP and its first steps") {
    const auto view = pager_view(
        R"({"status":"firing","alerts":[{"labels":{"alertname":"Urp","severity":"critical",)"
        R"("instance":"b1"},"annotations":{"summary":"3 lack","runbook_url":"https://sop/U",)"
        R"("sop_steps":"1. Look.\n2. Think.","sop_diagnosis":"isr:\n  3  b1"},)"
        R"("startsAt":"2026-01-01T00:00:00Z"}]})",
        Colour::No);
    CHECK(view.firing);
    CHECK(view.text == "  \u2503  PAGE critical Urp \n"
                       "  \u2503 what      3 lack\n"
                       "  \u2503 where     instance=b1\n"
                       "  \u2503 since     2026-01-01T00:00:00Z\n"
                       "  \u2503 SOP       https://sop/U\n"
                       "  \u2503 do first  1. Look.\n"
                       "  \u2503           2. Think.\n"
                       "  \u2503 right now isr:\n"
                       "  \u2503             3  b1\n");
}

TEST_CASE("cli::pager_view: the end says until when, and many alerts are counted") {
    const auto view = pager_view(
        R"({"status":"resolved","alerts":[{"labels":{"alertname":"U","topic":"a"},)"
        R"("startsAt":"S","endsAt":"E"},{"labels":{"topic":"b"}},{"labels":{"topic":"c"}},)"
        R"({"labels":{"topic":"d"}}]})",
        Colour::No);
    CHECK_FALSE(view.firing);
    CHECK(view.text == "  \u2503  RESOLVED  U \n"
                       "  \u2503 where     topic=a\n"
                       "  \u2503           topic=b\n"
                       "  \u2503           topic=c\n"
                       "  \u2503           and 1 more\n"
                       "  \u2503 since     S\n"
                       "  \u2503 until     E\n");
}

TEST_CASE("cli::pager_view: what cannot be read is shown as it came") {
    for (const std::string payload : {"", "{", "[]", "{\"alerts\":3}", "{\"alerts\":[]}"})
        CHECK(pager_view(payload, Colour::No).text == payload + "\n");
}
