#include "exposition/page_reader.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "support/page_play.h"

using namespace keepwatch;
using namespace keepwatch::exposition;

namespace {

// A broker's page with so many partitions, much as the JMX exporter writes it.
std::string broker_page(int partitions, int offset = 0) {
    std::string page;
    for (const auto* name : {"kafka_log_log_size", "kafka_log_log_logendoffset"}) {
        page += std::string("# HELP ") + name + " of a partition\n# TYPE " + name + " gauge\n";
        for (int p = 0; p < partitions; ++p)
            page += std::string(name) + "{partition=\"" + std::to_string(p % 60) + "\",topic=\"t" +
                    std::to_string(p / 60) + "\",} " + std::to_string(p + offset) + ".0\n";
    }
    return page + "jvm_threads_current 42.0\n";
}

// Lines that are neither empty nor comments.
std::size_t sample_lines(std::string_view page) {
    std::size_t count = 0;
    while (!page.empty()) {
        const auto line = page.substr(0, page.find('\n'));
        count += !line.empty() && line.front() != '#';
        page.remove_prefix(std::min(line.size() + 1, page.size()));
    }
    return count;
}

std::string names_of(const PageReader& reader) {
    std::string text;
    for (const auto& [name, series] : reader.names())
        text += (text.empty() ? "" : " ") + name + "=" + std::to_string(series);
    return text;
}

} // namespace

TEST_CASE("exposition::PageReader: a series is resolved once, and keeps its number") {
    PagePlay play;
    play.read(broker_page(3000));
    CHECK(play.report.series_added == 6001);
    const auto first = play.readings;
    play.read(broker_page(3000, 7));
    CHECK(play.report.samples == 6001);
    CHECK(play.report.series_added == 0);
    CHECK(play.known.size() == 6001);
    REQUIRE(play.readings.size() == first.size());
    CHECK(std::equal(first.begin(), first.end(), play.readings.begin(),
                     [](const Reading& a, const Reading& b) { return a.series == b.series; }));
    CHECK(play.readings[10].value == 17);
}

TEST_CASE("exposition::PageReader: series may come, go and change places") {
    PagePlay play;
    CHECK(play.read("a 1\nb 2\nc 3\n") == "a 1; b 2; c 3");
    CHECK(play.read("c 3\na 1\nd 4\n") == "c 3; a 1; d 4");
    CHECK(play.report.series_added == 1);
    CHECK(play.report.series_gone == 1);
    CHECK(play.read("a 1\nab 2\nb 5\n") == "a 1; ab 2; b 5");
    CHECK(play.report.series_added == 2);
    CHECK(play.report.series_gone == 2);
}

TEST_CASE("exposition::PageReader: a name is not taken for a longer one") {
    PagePlay play;
    CHECK(play.read("a 1\na{x=\"1\"} 2\nab 3\n") == R"(a 1; a{x="1"} 2; ab 3)");
    CHECK(play.read("ab 3\na{x=\"1\"} 2\na 1\n") == R"(ab 3; a{x="1"} 2; a 1)");
    CHECK(play.read("a {x=\"1\"} 2\nab 3\na 1\n") == R"(a{x="1"} 2; ab 3; a 1)");
    CHECK(play.known.size() == 3);
}

TEST_CASE("exposition::PageReader: a series that comes back is resolved again") {
    PagePlay play;
    play.read("a 1\nb 2\n");
    play.read("a 1\n");
    play.read("a 1\nb 2\n");
    CHECK(play.known.size() == 3);
    CHECK(play.readings.back().series == 2);
}

TEST_CASE("exposition::PageReader: after forget() every series is resolved again") {
    PagePlay play;
    play.read("a 1\nb 2\n");
    play.reader.forget();
    CHECK(play.read("a 1\nb 2\n") == "a 1; b 2");
    CHECK(play.known.size() == 4);
    CHECK(play.report.series_added == 0);
}

TEST_CASE("exposition::PageReader: an unwanted series is counted and checked, but not told") {
    PagePlay play({}, [](const Labels& labels) { return labels.name() == "a"; });
    CHECK(play.read("a 1\nb 2\n") == "a 1");
    CHECK(play.report.samples == 2);
    CHECK(play.read("a 1\nb 3\n") == "a 1");
    CHECK(play.read("a 1\nb x\n") == R"(a 1 | line 2, byte 6: expected a number, got "x")");
    CHECK(play.report.series_gone == 1);
}

TEST_CASE("exposition::PageReader: the names of the last good page, with their series") {
    PagePlay play;
    CHECK(names_of(play.reader) == "");
    play.read("b{x=\"1\"} 1\nb{x=\"2\"} 1\nbc 1\nb 1\n{\"a.b\",x=\"1\"} 1\n");
    CHECK(names_of(play.reader) == "a.b=1 b=3 bc=1");
    play.read("b{x=\"1\"} 1\nb{");
    CHECK(names_of(play.reader) == "a.b=1 b=3 bc=1");
    play.read("b{x=\"1\"} 1\nd 1\n");
    CHECK(names_of(play.reader) == "b=1 d=1");
}

TEST_CASE("exposition::PageReader: what left the page is forgotten in the end") {
    PagePlay play;
    for (int era = 0; era < 40; ++era) {
        std::string page = "up 1\n";
        for (int i = 0; i < 200; ++i)
            page += "lag{group=\"g" + std::to_string(era * 200 + i) + "\"} 1\n";
        play.read(page);
        REQUIRE(play.report.samples == 201);
        REQUIRE(play.report.series_added == (era == 0 ? 201 : 200));
        REQUIRE(play.report.series_gone == (era == 0 ? 0 : 200));
    }
    CHECK(play.known.size() == 40 * 200 + 1); // And `up` was never asked for again.
    CHECK(names_of(play.reader) == "lag=200 up=1");
}

TEST_CASE("exposition::PageReader: a page cut anywhere is refused, or is what it is") {
    const std::string page = "# TYPE a gauge\na{x=\"1\\\"2\"} 1.5 7\n\nb 22\n";
    for (std::size_t cut = 0; cut < page.size(); ++cut) {
        CAPTURE(cut);
        const auto text = PagePlay().read(page.substr(0, cut));
        if (page.substr(0, cut).ends_with('\n') && cut > 15)
            CHECK(text == R"(a{x="1\"2"} 1.5@7)");
        else
            CHECK(text.starts_with("refused: "));
    }
}

TEST_CASE("exposition::PageReader: real pages are read without a problem, line for line") {
    for (const auto* name : {"client-perfprod.prom", "zkjmx-standalone-strimzi.prom"}) {
        CAPTURE(name);
        const auto page = page_file(name);
        REQUIRE(page.size() > 10'000);
        PagePlay play;
        play.read(page);
        CHECK_FALSE(play.report.refused);
        CHECK(play.report.problems.empty());
        CHECK(play.report.samples == sample_lines(page));
        CHECK(play.readings.size() == sample_lines(page));
        play.read(page);
        CHECK(play.report.series_added == 0);
        CHECK(std::set<std::string>{[&] {
                  std::set<std::string> all;
                  for (const auto& labels : play.known) all.insert(labels.to_string());
                  return all;
              }()}
                  .size() == sample_lines(page));
    }
}
