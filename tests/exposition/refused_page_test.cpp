#include <doctest/doctest.h>

#include "support/page_play.h"

using namespace keepwatch;
using namespace keepwatch::exposition;

namespace {

std::string refusal(std::string_view page, Limits limits = {},
                    PageFormat format = PageFormat::Text) {
    const auto text = PagePlay(limits).read(page, format);
    return text.starts_with("refused: ") ? text.substr(9) : "accepted: " + text;
}

} // namespace

TEST_CASE("exposition::PageReader: what is no exposition is refused, and named for what it is") {
    CHECK(refusal("") == "line 1, byte 0: the page is empty");
    CHECK(refusal("\n<!DOCTYPE html>\n<html>") ==
          "line 2, byte 1: the page is HTML or XML, not metrics");
    CHECK(refusal("<html>up 1\n") == "line 1, byte 0: the page is HTML or XML, not metrics");
    CHECK(refusal("\x1f\x8b\x08\n") == "line 1, byte 0: the page is gzip, which was not asked for");
    CHECK(refusal(std::string_view("up 1\n\0\1\n", 8)) ==
          "line 2, byte 5: the page is binary, not metrics: it has a byte 0x00");
    CHECK(refusal("{\"error\": \"no\"}\n") ==
          "line 1, byte 8: no line of the page is a sample; the first: expected \"=\" after the "
          "label name \"error\", got \":\"");
    CHECK(refusal("Not Found\n") ==
          "line 1, byte 4: no line of the page is a sample; the first: expected a number, got "
          "\"Found\"");
}

TEST_CASE("exposition::PageReader: a page without a sample is refused") {
    CHECK(refusal("# HELP up x\n\n") == "line 3, byte 13: the page ends without a single sample");
    CHECK(refusal("  ") == "line 1, byte 2: the page ends without a single sample");
    CHECK(refusal("# EOF\n", {}, PageFormat::OpenMetrics) ==
          "line 2, byte 6: the page ends without a single sample");
}

TEST_CASE("exposition::PageReader: a page that is cut short is refused") {
    CHECK(refusal("up 1\nlag 12") ==
          "line 2, byte 11: the page is cut short: its last line has no newline");
    CHECK(refusal("up 1\n# HELP la") ==
          "line 2, byte 14: the page is cut short: its last line has no newline");
    CHECK(refusal("up 1\n", {}, PageFormat::OpenMetrics) ==
          "line 2, byte 5: the page is cut short: it does not end with # EOF");
    CHECK(refusal("up 1\n# EO", {}, PageFormat::OpenMetrics) ==
          "line 2, byte 9: the page is cut short: it does not end with # EOF");
}

TEST_CASE("exposition::PageReader: a page beyond a limit is refused, and the limit named") {
    CHECK(refusal("up 1\nlag 2\na 3\n", {.samples_max = 2}) ==
          "line 3, byte 11: the page has more than 2 samples (samples_max)");
    CHECK(refusal("up 1\nlag 123456\n", {.line_bytes_max = 9}) ==
          "line 2, byte 5: a line is longer than 9 bytes (line_bytes_max)");
    CHECK(refusal("up{a=\"1\",b=\"2\",c=\"3\"} 1\n", {.labels_max = 2}) ==
          "line 1, byte 15: a series has more than 2 labels (labels_max)");
    CHECK(refusal("up{a=\"1\",b=\"2\"} 1\n", {.labels_max = 2}) ==
          R"(accepted: up{a="1",b="2"} 1)");
    CHECK(refusal("up{a=\"12345\"} 1\n", {.label_value_bytes_max = 4}) ==
          "line 1, byte 5: label \"a\": the value is longer than 4 bytes (label_value_bytes_max)");
}

TEST_CASE("exposition::PageReader: a refused page gives nothing and changes nothing") {
    PagePlay play;
    play.read("a 1\nb 2\n");
    CHECK(play.read("a 1\nc 3\nb") ==
          "refused: line 3, byte 9: the page is cut short: its last line has no newline");
    CHECK(play.readings.empty());
    CHECK(play.read("a 1\nb 2\n") == "a 1; b 2");
    CHECK(play.known.size() == 2); // Nothing was asked for twice.
    CHECK(play.read("a 1\nb 2\nc 3\n", PageFormat::OpenMetrics).starts_with("refused: "));
    CHECK(play.readings.empty());
    CHECK(play.read("a 1\nb 2\n") == "a 1; b 2");
    CHECK(play.report.series_added == 0);
    CHECK(play.report.series_gone == 0);
    play.read("a 1\nb 2\nc 3\n");
    CHECK(play.report.series_added == 1);
}
