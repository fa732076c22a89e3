#include <doctest/doctest.h>

#include "support/page_play.h"

using namespace keepwatch;
using namespace keepwatch::exposition;

namespace {

std::string read(std::string_view page) {
    return read_text_once(page);
}

// Beside a line that is good, so that the page as a whole is.
std::string problem(std::string_view line) {
    const auto text = read("up 1\n" + std::string(line) + "\n");
    return text.starts_with("up 1 | line 2, ") ? text.substr(15) : text;
}

} // namespace

TEST_CASE("exposition::text: names, labels, values and times") {
    CHECK(read("up 1\n") == "up 1");
    CHECK(read("a:b_9{x=\"1\"} 2.5\n") == R"(a:b_9{x="1"} 2.5)");
    CHECK(read("up{b=\"2\",a=\"1\"} 1\n") == R"(up{a="1",b="2"} 1)");
    CHECK(read("up{} 1\n") == "up 1");
    CHECK(read("up{a=\"1\",} 1\n") == R"(up{a="1"} 1)");
    CHECK(read("up{a=\"\"} 1\n") == "up 1");
    CHECK(read("up 1 1500\n") == "up 1@1500");
    CHECK(read("up 3.3554432E7\nlag -1e-3\n") == "up 33554432; lag -0.001");
    CHECK(read("a NaN\nb +Inf\nc -Inf\nd inf\ne .5\nf 5.\n") ==
          "a NaN; b +Inf; c -Inf; d +Inf; e 0.5; f 5");
}

TEST_CASE("exposition::text: blanks may stand between the parts") {
    CHECK(read("  \t up\t 1 \t 5  \n") == "up 1@5");
    CHECK(read("up { a = \"1\" , b\t=\"2\" , } 1\n") == R"(up{a="1",b="2"} 1)");
    CHECK(read("up{a=\"1\"}1\n") == R"(up{a="1"} 1)");
    CHECK(read("up{a=\"1\" b=\"2\"} 1\n") == R"(up{a="1",b="2"} 1)"); // As Prometheus takes it.
    CHECK(read("\n\nup 1\n\n  \n") == "up 1");
    CHECK(read("up 1\n  ") == "up 1");
}

TEST_CASE("exposition::text: escapes in values, and nothing else that looks like one") {
    CHECK(read(R"(up{d="\"/var/lib\""} 1)"
               "\n") == R"(up{d="\"/var/lib\""} 1)");
    CHECK(read(R"(up{d="a\nb\\c"} 1)"
               "\n") == R"(up{d="a\nb\\c"} 1)");
    CHECK(read(R"(up{d="\t\d"} 1)"
               "\n") == R"(up{d="\\t\\d"} 1)");
    CHECK(read(R"(up{d="}{,=<>"} 1)"
               "\n") == R"(up{d="}{,=<>"} 1)");
    CHECK(read(R"(up{d="\\"} 1)"
               "\n") == R"(up{d="\\"} 1)");
}

TEST_CASE("exposition::text: names in quotes may be any UTF-8") {
    CHECK(read(R"({"my.metric","a.b"="c"} 1)"
               "\n") == R"({"my.metric","a.b"="c"} 1)");
    CHECK(read(R"({"my.metric"} 1)"
               "\n") == R"({"my.metric"} 1)");
    CHECK(read(R"({a="b","my.metric",} 1)"
               "\n") == R"({"my.metric",a="b"} 1)");
    CHECK(read(R"(up{"größe \"x\""="1"} 1)"
               "\n") == R"(up{"größe \"x\""="1"} 1)");
    CHECK(read(R"({"up"} 1)"
               "\n") == "up 1");
}

TEST_CASE("exposition::text: comments are passed over, HELP and TYPE are looked at") {
    CHECK(read("# HELP up Is it \xc3\xb6?\n# TYPE up gauge\n#x\n# EOF\n# HELP\n#TYPE x\nup 1\n") ==
          "up 1");
    CHECK(read("# TYPE \"my.metric\" counter\n# HELP x\nup 1\n") == "up 1");
    CHECK(problem("# HELP 1x y") == R"(byte 12: expected a metric name, got "1x")");
    CHECK(problem("# TYPE up info") == "byte 15: expected a type, which is one of counter, gauge, "
                                       "histogram, summary, untyped; got \"info\"");
    CHECK(problem("# TYPE up") == "byte 14: expected a type, which is one of counter, gauge, "
                                  "histogram, summary, untyped; got nothing");
    CHECK(problem("# HELP up \xff") == "byte 15: the help text is not UTF-8");
}

TEST_CASE("exposition::text: wrong metadata does not make a page partial") {
    PagePlay play;
    play.read("# TYPE up info\nup 1\n");
    CHECK(play.report.metadata_problems == 1);
    CHECK_FALSE(play.report.partial());
}

TEST_CASE("exposition::text: a line that does not parse is named, and the others are read") {
    PagePlay play;
    CHECK(play.read("up 1\nlag{topic=orders} 5\nsize 3\n") ==
          R"(up 1; size 3 | line 2, byte 15: label "topic": expected a value in double quotes, )"
          R"(got "orders}")");
    CHECK(play.report.partial());
    CHECK(play.report.problem_count == 1);
    CHECK(play.report.samples == 2);
    CHECK(play.report.lines == 3);
}

TEST_CASE("exposition::text: what is wrong with a line") {
    CHECK(problem("lag 0x1") == R"(byte 9: expected a number, got "0x1")");
    CHECK(problem("lag 1_000") == R"(byte 9: expected a number, got "1_000")");
    CHECK(problem("lag +NaN") == R"(byte 9: expected a number, got "+NaN")");
    CHECK(problem("lag 1e400") == R"(byte 9: expected a number, got "1e400")");
    CHECK(problem("lag") == "byte 8: expected a number, got the end of the line");
    CHECK(problem("lag ") == "byte 9: expected a number, got the end of the line");
    CHECK(problem("lag{a=\"b\"}") == "byte 15: expected a number, got the end of the line");
    CHECK(problem("lag 1\r") == "byte 10: expected the end of the line, got a carriage return");
    CHECK(problem("lag 1 x") ==
          R"(byte 11: expected a time in milliseconds or the end of the line, got "x")");
    CHECK(problem("lag 1 1.5") ==
          R"(byte 11: expected a time in milliseconds or the end of the line, got "1.5")");
    CHECK(problem("lag 1 -5") ==
          R"(byte 11: expected a time in milliseconds or the end of the line, got "-5")");
    CHECK(problem("lag 1 5 7") ==
          R"(byte 13: expected the end of the line after the time, got "7")");
    CHECK(problem("1lag 1") == R"(byte 5: expected a metric name, got "1lag")");
    CHECK(problem("la-g 1") ==
          R"(byte 7: expected "{" or a blank after the metric name "la", got "-g")");
    CHECK(problem("lag{1=\"a\"} 1") == R"(byte 9: expected a label name, got "1=\"a\"}")");
    CHECK(problem("lag{,} 1") == R"(byte 9: expected a label name, got ",}")");
    CHECK(problem("lag{a:\"a\"} 1") ==
          R"(byte 10: expected "=" after the label name "a", got ":\"a\"}")");
    CHECK(problem("lag{a=\"b\" 1") == R"(byte 15: expected a label name, got "1")");
    CHECK(problem("lag{a=\"b") ==
          R"(byte 11: label "a": the value is not closed before the end of the line)");
    CHECK(problem("lag{a=\"b\\\"} 1") ==
          R"(byte 11: label "a": the value is not closed before the end of the line)");
    CHECK(problem("lag{a=") == "byte 11: label \"a\": expected a value in double quotes, got the "
                               "end of the line");
    CHECK(problem("lag{") == "byte 9: expected a label name, got the end of the line");
    CHECK(problem("lag{a=\"\xff\"} 1") == R"(byte 11: label "a": the value is not UTF-8)");
    CHECK(problem("lag{a=\"1\",a=\"2\"} 1") == R"(byte 5: label "a" appears twice)");
    CHECK(problem("lag{__name__=\"x\"} 1") == R"(byte 5: label "__name__" appears twice)");
    CHECK(problem("{a=\"1\"} 1") == "byte 5: the series has no metric name");
    CHECK(problem("{__name__=\"x\"} 1") == "byte 5: the series has no metric name");
    CHECK(problem("{} 1") == "byte 5: the series has no metric name");
    CHECK(problem("{\"a\",\"b\"} 1") == "byte 10: expected a label, got a second metric name");
    CHECK(problem("lag{\"b\"} 1") == "byte 9: expected a label, got a second metric name");
    CHECK(problem("{\"\"} 1") == "byte 6: expected a name, got an empty one");
    CHECK(problem("{\"a\xff\"} 1") == "byte 6: a name is not UTF-8");
}

TEST_CASE("exposition::text: a series that appears twice keeps its first value") {
    CHECK(read("up 1\nlag 2\nup 3\n") ==
          "up 1; lag 2 | line 3, byte 11: the series up appears twice; its first value is kept");
    CHECK(read("up{a=\"1\",b=\"2\"} 1\nup{b=\"2\",a=\"1\"} 3\n") ==
          R"(up{a="1",b="2"} 1 | line 2, byte 18: the series up{b="2",a="1"} appears twice; )"
          R"(its first value is kept)");
}

TEST_CASE(
    "exposition::text: a series is counted once, however often and in whatever way it is written") {
    PagePlay play;
    for (int i = 0; i < 2; ++i) {
        play.read("up{} 1\nup\nup 3\nup{} 4\n");
        CHECK(play.report.samples == 1);
        CHECK(play.report.problem_count == 3);
    }
}

TEST_CASE("exposition::text: a series whose first line has no good value is not taken for read") {
    CHECK(read("up x\nup 3\n") == R"(up 3 | line 1, byte 3: expected a number, got "x")");
}

TEST_CASE("exposition::text: only some problems are kept, all are counted") {
    PagePlay play({.problems_kept = 2});
    play.read("up 1\na x\nb x\nc x\n# TYPE up info\n");
    CHECK(play.report.problems.size() == 2);
    CHECK(play.report.problem_count == 3);
    CHECK(play.report.metadata_problems == 1);
}
