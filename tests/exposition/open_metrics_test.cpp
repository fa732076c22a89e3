#include <doctest/doctest.h>

#include "support/page_play.h"

using namespace keepwatch;
using namespace keepwatch::exposition;

namespace {

std::string read(std::string_view lines) {
    return PagePlay().read(std::string(lines) + "# EOF\n", PageFormat::OpenMetrics);
}

std::string problem(std::string_view line) {
    const auto text = read("up 1\n" + std::string(line) + "\n");
    return text.starts_with("up 1 | line 2, ") ? text.substr(15) : text;
}

} // namespace

TEST_CASE("exposition::OpenMetrics: samples, times in seconds, exemplars passed over") {
    CHECK(read("up 1\n") == "up 1");
    CHECK(read("up{a=\"1\",b=\"2\"} 1.5 1500.25\n") == R"(up{a="1",b="2"} 1.5@1500250)");
    CHECK(read("c_total 7 # {trace_id=\"x\"} 0.5\n") == "c_total 7");
    CHECK(read("c_total 7 12 # {trace_id=\"x\",span=\"\"} 0.5 11.5\n") == "c_total 7@12000");
    CHECK(read("c_total 7 # {} 1\n") == "c_total 7");
    CHECK(read("c_created 1.7e9\n") == "c_created 1700000000");
    CHECK(read("{\"my.metric\",\"a.b\"=\"c\"} 1 -1\n") == R"({"my.metric","a.b"="c"} 1@-1000)");
    CHECK(PagePlay().read("up 1\n# EOF", PageFormat::OpenMetrics) == "up 1");
}

TEST_CASE("exposition::OpenMetrics: metadata is looked at") {
    CHECK(read("# HELP t_seconds x\n# TYPE t_seconds gauge\n# UNIT t_seconds seconds\n"
               "# TYPE i info\n# UNIT t \nup 1\n") == "up 1");
    CHECK(problem("# UNIT lag seconds") ==
          R"(byte 16: the unit "seconds" is not at the end of the name "lag")");
    CHECK(problem("# TYPE up untyped") ==
          "byte 15: expected a type, which is one of counter, gauge, histogram, gaugehistogram, "
          "stateset, info, summary, unknown; got \"untyped\"");
    CHECK(problem("# a comment") ==
          "byte 5: expected # HELP, # TYPE, # UNIT or # EOF, got a comment");
    CHECK(problem("") == "byte 5: expected a sample or # EOF, got an empty line");
}

TEST_CASE("exposition::OpenMetrics: what is wrong with a line") {
    CHECK(problem("lag  1") == "byte 8: expected a space and a number, got \" \"");
    CHECK(problem(" lag 1") == "byte 5: expected a metric name, got \" \"");
    CHECK(problem("lag\t1") == "byte 8: expected a space and a number, got \"\\t\"");
    CHECK(problem("lag") == "byte 8: expected a space and a number, got the end of the line");
    CHECK(problem("lag x") == R"(byte 9: expected a number, got "x")");
    CHECK(problem("lag{a=\"b\", c=\"d\"} 1") == "byte 15: expected a label name, got \" \"");
    CHECK(problem("lag 1 x") == R"(byte 11: expected a time in seconds, got "x")");
    CHECK(problem("lag 1 NaN") == R"(byte 11: expected a time in seconds, got "NaN")");
    CHECK(problem("lag 1 ") == "byte 11: expected a time in seconds, got the end of the line");
    CHECK(problem("lag 1 2 3") ==
          "byte 12: expected an exemplar or the end of the line, got \" \"");
    CHECK(problem("lag 1 # x") ==
          R"(byte 13: expected the labels of an exemplar in braces, got "x")");
    CHECK(problem("lag 1 # {a=b} 1") ==
          R"(byte 16: label "a": expected a value in double quotes, got "b}")");
    CHECK(problem("lag 1 # {a=\"b\"}") ==
          "byte 20: expected a space and a number, got the end of the line");
    CHECK(problem("lag 1 # {} 1 2 3") ==
          "byte 19: expected the end of the line after the exemplar, got \" \"");
}

TEST_CASE("exposition::OpenMetrics: nothing may follow the end") {
    PagePlay play;
    CHECK(play.read("up 1\n# EOF\nlag 2\n", PageFormat::OpenMetrics) ==
          "up 1 | line 3, byte 11: expected nothing after # EOF");
    CHECK(play.report.partial());
}
