#include "cli/query_view.h"

#include <limits>

#include <doctest/doctest.h>

#include "cli/query_sources.h"

namespace {

using namespace keepwatch;
using promql::MatrixValue;
using promql::VectorValue;

const Timestamp kAt{1'700'000'000'500};

std::string pointed(std::string_view expr, std::uint32_t line, std::uint32_t column) {
    return cli::pointed_out({ErrorKind::InvalidInput, "parse error: no", {"", line, column}}, expr);
}

} // namespace

TEST_CASE("cli::table_of: a column for each label, the value to the right") {
    const VectorValue vector{{Labels{{"__name__", "up"}, {"job", "kafka"}}, kAt, 1},
                             {Labels{{"job", "zé"}, {"x", "1"}}, kAt, 0.25}};
    CHECK(cli::table_of(vector) == "__name__  job    x  value\n"
                                   "up        kafka         1\n"
                                   "          zé     1   0.25\n");
}

TEST_CASE("cli::table_of: values of every type") {
    CHECK(cli::table_of(VectorValue{}) == "no data\n");
    CHECK(cli::table_of(MatrixValue{}) == "no data\n");
    CHECK(cli::table_of(promql::ScalarValue{kAt, 2.5}) == "2.5\n");
    CHECK(cli::table_of(promql::StringValue{kAt, "text"}) == "text\n");
    CHECK(cli::table_of(MatrixValue{{Labels{{"a", "b"}}, {{kAt, 1}, {kAt + seconds(1), 2}}}}) ==
          "{a=\"b\"}\n"
          "  2023-11-14T22:13:20.5Z  1\n"
          "  2023-11-14T22:13:21.5Z  2\n");
}

TEST_CASE("cli::table_of: what a label says cannot move the cursor") {
    const VectorValue vector{{Labels{{"a", "x\x1b[2Jy"}}, kAt, 1}};
    CHECK(cli::table_of(vector) == "a            value\n\"x\\x1b[2Jy\"      1\n");
    CHECK(cli::table_of(promql::StringValue{kAt, "two\nlines"}) == "\"two\\nlines\"\n");
}

TEST_CASE("cli::json_of: the data of Prometheus's API") {
    CHECK(cli::json_of(VectorValue{{Labels{{"a", "b"}}, kAt, 1}}) ==
          R"({"resultType":"vector","result":[{"metric":{"a":"b"},)"
          R"("value":[1700000000.500,"1"]}]})");
    CHECK(cli::json_of(promql::ScalarValue{kAt, std::numeric_limits<double>::infinity()}) ==
          R"({"resultType":"scalar","result":[1700000000.500,"+Inf"]})");
}

TEST_CASE("cli::pointed_out: a caret under what is wrong") {
    CHECK(pointed("rate(", 1, 6) == "1:6: parse error: no\n  rate(\n       ^\n");
    CHECK(pointed("up +\n  sum(", 2, 7) == "2:7: parse error: no\n    sum(\n        ^\n");
    CHECK(pointed("\tup{", 1, 5) == "1:5: parse error: no\n  \tup{\n  \t   ^\n");
    CHECK(pointed("\"é\" $", 1, 6) == "1:6: parse error: no\n  \"é\" $\n      ^\n"); // In bytes.
    CHECK(pointed("up", 7, 9) == "7:9: parse error: no\n  up\n    ^\n"); // Beyond the text.
    CHECK(cli::pointed_out({ErrorKind::Unavailable, "nobody answers"}, "up") == "nobody answers\n");
}

TEST_CASE("cli::read_envelope: every type of result") {
    const auto again = [](const std::string& data) {
        const auto answer = cli::read_envelope(R"({"status":"success","data":)" + data + "}");
        return answer ? cli::json_of(answer->value) : answer.error().to_string();
    };
    for (const auto* data :
         {R"({"resultType":"scalar","result":[1700000000.123,"NaN"]})",
          R"({"resultType":"string","result":[1700000000,"a\"b"]})",
          R"({"resultType":"vector","result":[{"metric":{"a":"b"},"value":[-1.500,"-Inf"]}]})",
          R"({"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"],[2,"3"]]}]})"})
        CHECK(again(data) == data);
}

TEST_CASE("cli::read_envelope: notes are passed on") {
    const auto answer =
        cli::read_envelope(R"({"status":"success","data":{"resultType":"vector","result":[]},)"
                           R"("warnings":["PromQL warning: w"],"infos":["PromQL info: i"]})");
    REQUIRE(answer);
    CHECK(answer->notes.warnings == std::vector<std::string>{"PromQL warning: w"});
    CHECK(answer->notes.infos == std::vector<std::string>{"PromQL info: i"});
}

TEST_CASE("cli::read_envelope: an error keeps its place, and what is no envelope is named") {
    const auto said = [](std::string_view body) {
        const auto answer = cli::read_envelope(body);
        return answer ? "success" : answer.error().to_string();
    };
    CHECK(said(R"({"status":"error","errorType":"bad_data",)"
               R"("error":"invalid parameter \"query\": 2:15: parse error: no"})") ==
          "2:15: parse error: no");
    CHECK(said(R"({"status":"error","errorType":"execution","error":"too many samples"})") ==
          "too many samples");
    CHECK(said(R"({"status":"error","errorType":"bad_data","error":"x: parse error: no"})") ==
          "x: parse error: no");
    for (const auto* broken : {"", "<html>", "[]", "{}", R"({"status":"success"})",
                               R"({"status":"success","data":{"resultType":"scalar"}})",
                               R"({"status":"success","data":{"resultType":"scalar","result":[]}})",
                               R"({"status":"success","data":{"resultType":"scalar",)"
                               R"("result":[1,"x"]}})"})
        CHECK(said(broken).starts_with("the answer is not that of Prometheus's API: "));
}
