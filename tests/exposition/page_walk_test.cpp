#include <cstdlib>
#include <random>
#include <string>

#include <doctest/doctest.h>

#include "support/page_comparison.h"
#include "support/page_history.h"
#include "support/page_play.h"

using namespace keepwatch;
using namespace keepwatch::exposition;

namespace {

// Set KEEPWATCH_LINE_CHECKS to let the histories run for longer.
std::size_t line_checks_wanted() {
    const char* const text = std::getenv("KEEPWATCH_LINE_CHECKS");
    return text ? std::strtoull(text, nullptr, 10) : 100'000;
}

// "" or how the two ways of reading differ somewhere in a history.
std::string differences_in(unsigned seed, std::size_t& lines) {
    std::mt19937 random(seed);
    const auto choose = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    const bool open = seed % 4 == 0;
    Limits limits;
    if (seed % 10 == 1) limits.samples_max = 60;
    PageHistory history(choose, open, seed % 5 == 2 ? 1500 : 120);
    PageComparison comparison(open ? PageFormat::OpenMetrics : PageFormat::Text, limits);
    for (int step = 0; step < 30; ++step) {
        if (choose(12) == 0) comparison.forget();
        const auto page = history.next();
        const auto difference = comparison.read(page);
        if (!difference.empty())
            return fmt::format("seed {}, page {}: {}\nthe page:\n{}", seed, step, difference,
                               page.size() < 3000 ? page : "(long)");
    }
    lines += comparison.lines();
    return {};
}

} // namespace

TEST_CASE("exposition::PageWalk: reads histories of pages as they are read line by line") {
    std::size_t lines = 0;
    for (unsigned seed = 1; lines < line_checks_wanted(); ++seed)
        REQUIRE(differences_in(seed, lines) == "");
    MESSAGE(lines << " lines compared");
}

TEST_CASE("exposition::PageWalk: real pages, changed from one to the next") {
    const auto f = [](const char* name) {
        CAPTURE(name);
        const auto page = page_file(name);
        PageComparison comparison(PageFormat::Text, {});
        CHECK(comparison.read(page) == "");
        CHECK(comparison.read(page) == "");
        for (const std::size_t cut : {page.size() / 3, page.size() / 2}) {
            auto without = page; // Some hundred bytes of lines.
            const auto from = without.find('\n', cut) + 1;
            without.erase(from, without.find('\n', from + 600) + 1 - from);
            CHECK(comparison.read(without) == "");
            CHECK(comparison.read(page) == "");
        }
    };
    f("client-perfprod.prom");
    f("zkjmx-standalone-strimzi.prom");
}

TEST_CASE("exposition::PageReader: changes are what is not as it was") {
    PageReader reader(
        [](const Labels& labels) { return static_cast<SeriesRef>(labels.name()[0]); });
    PageChanges changes;
    const auto f = [&](std::string_view page, std::string_view expected) {
        (void)reader.read_changes(page, PageFormat::Text, changes);
        std::string got = changes.whole ? "whole:" : "";
        for (const auto& [series, value, at] : changes.readings)
            got += fmt::format(" {}={}", static_cast<char>(series), value);
        for (const auto ended : changes.ended) got += fmt::format(" -{}", static_cast<char>(ended));
        CHECK(got == expected);
    };
    f("a 1\nb 2\nc 3\n", "whole: a=1 b=2 c=3");
    f("a 1\nb 2\nc 3\n", "");
    f("a 1\nb 22\nc 3\n", " b=22");
    f("a 1\nb 22\nc 3\nd 4\n", " d=4");
    f("a 1\nc 3\nd 5\n", " c=3 d=5 -b"); // What stands elsewhere may be told again.
    f("a 1\nc x\nd 5\n", " -c");         // A line that does not parse.
    f("a 1\nc x\nd 5\n", "");
    f("cut", "whole:"); // Refused: nothing.
    f("a 1\nc 3\nd 5\n", " c=3");
    f("d 5\nc 3\na 1\n", " d=5 c=3 a=1");
    reader.forget();
    f("d 5\nc 3\na 1\n", "whole: d=5 c=3 a=1");
    f("d 5 1000\nc 3\na 1\n", "whole: d=5 c=3 a=1"); // Times of their own are told each time.
    f("d 5 1000\nc 3\na 1\n", "whole: d=5 c=3 a=1");
}
