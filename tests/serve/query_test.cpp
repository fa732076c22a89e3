#include <doctest/doctest.h>

#include "api_play.h"

using namespace keepwatch;
using namespace keepwatch::serve;

namespace {

struct Fixture : ApiPlay {
    Fixture() {
        backend.add({{"__name__", "up"}, {"job", "a"}}, {1, 0.5, 1e21});
        backend.add({{"__name__", "up"}, {"job", "b"}}, {3, 1e-7, 5});
    }
    std::string at(const std::string& expr, const std::string& time, Query more = {}) const {
        Query query{{"query", expr}, {"time", time}};
        query.insert(query.end(), more.begin(), more.end());
        return data("/api/v1/query", query);
    }
    std::string range(const std::string& expr, const std::string& start, const std::string& end,
                      const std::string& step, Query more = {}) const {
        Query query{{"query", expr}, {"start", start}, {"end", end}, {"step", step}};
        query.insert(query.end(), more.begin(), more.end());
        return data("/api/v1/query_range", query);
    }
};

std::string bad(std::string_view message) {
    return error(400, "bad_data", message);
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "serve::query: each type of value has its form") {
    CHECK(at("1+1", "4") == R"({"resultType":"scalar","result":[4,"2"]})");
    CHECK(at("\"x<y\"", "1.5") == R"({"resultType":"string","result":[1.500,"x\u003cy"]})");
    CHECK(at("up", "10") == R"({"resultType":"vector","result":[)"
                            R"({"metric":{"__name__":"up","job":"a"},"value":[10,"0.5"]},)"
                            R"({"metric":{"__name__":"up","job":"b"},"value":[10,"1e-07"]}]})");
    CHECK(at("up{job=\"a\"}[20s]", "20") ==
          R"({"resultType":"matrix","result":[)"
          R"({"metric":{"__name__":"up","job":"a"},"values":[[10,"0.5"],[20,"1e+21"]]}]})");
    CHECK(at("nothing", "10") == R"({"resultType":"vector","result":[]})");
    CHECK(at("sum(up)", "0.0015") ==
          R"({"resultType":"vector","result":[{"metric":{},"value":[0.002,"4"]}]})");
}

TEST_CASE_FIXTURE(Fixture, "serve::query: numbers are written as Prometheus writes them") {
    const auto value = [this](const std::string& expr) {
        const auto text = at(expr, "0");
        const auto from = text.find("[0,") + 3;
        return text.substr(from, text.find(']', from) - from);
    };
    CHECK(value("1e6") == R"("1000000")");
    CHECK(value("1e20") == R"("100000000000000000000")");
    CHECK(value("1e21") == R"("1000000000000000000000")");
    CHECK(value("0.000001") == R"("0.000001")");
    CHECK(value("0.0000001") == R"("0.0000001")"); // Samples are written otherwise:
    CHECK(at("vector(1e-7)", "0").find(R"([0,"1e-07"])") != std::string::npos);
    CHECK(value("-0.1") == R"("-0.1")");
    CHECK(value("-0") == R"("-0")");
    CHECK(value("1/0") == R"("+Inf")");
    CHECK(value("-1/0") == R"("-Inf")");
    CHECK(value("0/0") == R"("NaN")");
}

TEST_CASE_FIXTURE(Fixture,
                  "serve::query: time is Unix seconds or RFC 3339, and now if there is none") {
    const auto time = [this](const std::string& text) {
        const auto answer = text.empty() ? data("/api/v1/query", {{"query", "1"}}) : at("1", text);
        const auto from = answer.find(":[") + 2;
        return answer.starts_with("400") ? answer
                                         : answer.substr(from, answer.find(',', from) - from);
    };
    CHECK(time("") == "1000");
    CHECK(time("1435781451.781") == "1435781451.781");
    CHECK(time("1435781451.7815") == "1435781451.782");
    CHECK(time("-1.5") == "-1.500");
    CHECK(time("1e3") == "1000");
    CHECK(time("2015-07-01T20:10:51.781Z") == "1435781451.781");
    CHECK(time("2015-07-01T22:10:51+02:00") == "1435781451");
    CHECK(time("soon") == bad(R"(invalid parameter \"time\": invalid time value for 'time': )"
                              R"(cannot parse \"soon\" to a valid timestamp)"));
}

TEST_CASE_FIXTURE(Fixture, "serve::query: what is wrong with it is said as Prometheus says it") {
    CHECK(at("up{", "0")
              .starts_with(R"(400 {"status":"error","errorType":"bad_data",)"
                           R"("error":"invalid parameter \"query\": 1:4: parse error: )"));
    CHECK(at("up[step()]", "0") ==
          bad(R"(invalid parameter \"query\": 3:9: duration must be greater than 0)"));
    CHECK(at("1", "0", {{"limit", "x"}}) ==
          bad(R"(invalid parameter \"limit\": strconv.Atoi: parsing \"x\": invalid syntax)"));
    CHECK(at("1", "0", {{"limit", "-1"}}) ==
          bad(R"(invalid parameter \"limit\": limit must be non-negative)"));
    CHECK(at("1", "0", {{"limit", "99999999999999999999"}}) ==
          bad(R"(invalid parameter \"limit\": strconv.Atoi: parsing \"99999999999999999999\": )"
              R"(value out of range)"));
    CHECK(at("1", "0", {{"timeout", "x"}}) ==
          bad(R"(invalid parameter \"timeout\": cannot parse \"x\" to a valid duration)"));
    CHECK(at("1", "0", {{"timeout", "-1"}}) ==
          bad(R"(invalid parameter \"timeout\": timeout must be positive, got -1s)"));
    CHECK(at("1", "0", {{"lookback_delta", "x"}}) ==
          bad(R"(error parsing lookback delta duration: cannot parse \"x\" to a valid duration)"));
    CHECK(at("up + on(job) group_left() {job=\"a\"}", "0").find("\"status\":\"error\"") ==
          std::string::npos);
    CHECK(at("{job=\"a\"} + on() group_left() {job=~\"a|b\"}", "0")
              .starts_with(R"(422 {"status":"error","errorType":"execution","error":")"));
}

TEST_CASE_FIXTURE(Fixture, "serve::query: an answer can be cut, and says so") {
    CHECK(get("/api/v1/query", {{"query", "up"}, {"time", "0"}, {"limit", "1"}}) ==
          R"({"status":"success","data":{"resultType":"vector","result":[)"
          R"({"metric":{"__name__":"up","job":"a"},"value":[0,"1"]}]},)"
          R"("warnings":["results truncated due to limit"]})");
    CHECK(get("/api/v1/query", {{"query", "up"}, {"time", "0"}, {"limit", "2"}}).find("warnings") ==
          std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "serve::query: warnings and infos stand beside the value") {
    backend.add({{"__name__", "gauge"}}, {1, 2, 3});
    const auto body = get("/api/v1/query", {{"query", "rate(gauge[1m])"}, {"time", "20"}});
    CHECK(body.find(R"(,"infos":["PromQL info: metric might not be a counter,)") !=
          std::string::npos);
    const auto warned = get("/api/v1/query", {{"query", "quantile(2, up)"}, {"time", "20"}});
    CHECK(
        warned.find(R"(,"warnings":["PromQL warning: quantile value should be between 0 and 1)") !=
        std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "serve::query: the lookback can be chosen") {
    CHECK(at("count(up)", "100", {{"lookback_delta", "1m"}}) ==
          R"({"resultType":"vector","result":[]})");
    CHECK(at("count(up)", "100", {{"lookback_delta", "90"}}) ==
          R"({"resultType":"vector","result":[{"metric":{},"value":[100,"2"]}]})");
}

TEST_CASE_FIXTURE(Fixture, "serve::query: statistics are given to who asks") {
    const auto answer = at("up", "10", {{"stats", "all"}});
    CHECK(answer.find(R"("stats":{"timings":{"evalTotalTime":)") != std::string::npos);
    CHECK(answer.find(R"("totalQueryableSamples":2,)") != std::string::npos);
    CHECK(at("up", "10").find("stats") == std::string::npos);
    CHECK(get("/api/v1/query", {{"query", "1"}, {"stats", "yes"}}).find("is deprecated") !=
          std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "serve::query: an instant selector fetches one sample of each series") {
    at("up + sum_over_time(up[20s])", "20");
    REQUIRE(backend.asked.size() == 2);
    CHECK(backend.asked[0].part == series::Want::Part::Newest);
    CHECK(backend.asked[1].part == series::Want::Part::Samples);
    CHECK(backend.asked[1].after == Timestamp{0});
    CHECK(backend.asked[1].until == Timestamp{20'000});
}

TEST_CASE_FIXTURE(Fixture,
                  "serve::query: what cannot be known beforehand is fetched when it is asked for") {
    backend.add({{"__name__", "target_info"}, {"job", "a"}, {"instance", "i"}, {"v", "7"}}, {1});
    backend.add({{"__name__", "m"}, {"job", "a"}, {"instance", "i"}}, {2});
    CHECK(at("info(m)", "0").find(R"("v":"7")") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "serve::query: limits and the end of the agent have their codes") {
    parts.limits.data.samples_max = 3;
    CHECK(at("sum_over_time(up[1m])", "20") ==
          error(422, "execution",
                "query processing would load too many samples into memory in query execution"));
    CHECK(at("up", "20").starts_with("{"));
    backend.failure = Error{ErrorKind::Timeout, "late"};
    CHECK(at("up", "20") == error(503, "timeout", "query timed out in expression evaluation"));
    backend.failure = Error{ErrorKind::Cancelled, "stop"};
    CHECK(at("up", "20") == error(499, "canceled", "query was canceled in expression evaluation"));
    backend.failure.reset();
    backend.closing = true;
    CHECK(at("up", "20") == error(499, "canceled", "query was canceled in expression evaluation"));
}

TEST_CASE_FIXTURE(Fixture, "serve::query: a query that takes too long ends") {
    CHECK(at("count_over_time((up or up)[15m:1ms])", "100", {{"timeout", "0.000001"}})
              .starts_with("503 "));
}

TEST_CASE_FIXTURE(Fixture, "serve::query_range: gives a matrix") {
    CHECK(range("up{job=\"a\"}", "0", "20", "10") ==
          R"({"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},)"
          R"("values":[[0,"1"],[10,"0.5"],[20,"1e+21"]]}]})");
    CHECK(range("1", "0", "0", "1s") ==
          R"({"resultType":"matrix","result":[{"metric":{},"values":[[0,"1"]]}]})");
    CHECK(range("up @ 10 > 0.1", "0", "10", "10s") ==
          R"({"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},)"
          R"("values":[[0,"0.5"],[10,"0.5"]]}]})");
    CHECK(range("max_over_time(up{job=\"b\"}[20s:10s] offset -10s)", "0", "10", "30s") ==
          R"({"resultType":"matrix","result":[{"metric":{"job":"b"},"values":[[0,"3"]]}]})");
    CHECK(range("nothing", "0", "20", "10") == R"({"resultType":"matrix","result":[]})");
}

TEST_CASE_FIXTURE(Fixture,
                  "serve::query_range: what is wrong with it is said as Prometheus says it") {
    CHECK(range("1", "", "0", "1") ==
          bad(R"(invalid parameter \"start\": cannot parse \"\" to a valid timestamp)"));
    CHECK(range("1", "0", "x", "1") ==
          bad(R"(invalid parameter \"end\": cannot parse \"x\" to a valid timestamp)"));
    CHECK(range("1", "1", "0", "1") ==
          bad(R"(invalid parameter \"end\": end timestamp must not be before start time)"));
    CHECK(range("1", "0", "1", "x") ==
          bad(R"(invalid parameter \"step\": cannot parse \"x\" to a valid duration)"));
    const auto no_step = bad(R"(invalid parameter \"step\": zero or negative query resolution )"
                             R"(step widths are not accepted. Try a positive integer)");
    CHECK(range("1", "0", "1", "0") == no_step);
    CHECK(range("1", "0", "1", "-1") == no_step);
    CHECK(range("1", "0", "1", "1e30") ==
          bad(R"(invalid parameter \"step\": cannot parse \"1e30\" to a valid duration. )"
              R"(It overflows int64)"));
    const auto too_many = bad("exceeded maximum resolution of 11,000 points per timeseries. "
                              "Try decreasing the query resolution (?step=XX)");
    CHECK(range("1", "0", "11001", "1") == too_many);
    CHECK(range("1", "0", "600", "0.0001") == too_many);
    CHECK(range("1", "-292273086-05-16T16:47:06Z", "292277025-08-18T07:12:54.999999999Z", "1y") ==
          range("1", "-292273086-05-16T16:47:06Z", "292277025-08-18T07:12:54.999999999Z", "2y"));
    CHECK(range("1", "0", "11000", "1").starts_with(R"({"resultType":"matrix")"));
    CHECK(range("up[1m]", "0", "1", "1") ==
          bad(R"(invalid parameter \"query\": invalid expression type \"range vector\" for range )"
              R"(query, must be Scalar or instant Vector)"));
    CHECK(range("\"x\"", "0", "1", "1") ==
          bad(R"(invalid parameter \"query\": invalid expression type \"string\" for range )"
              R"(query, must be Scalar or instant Vector)"));
}

TEST_CASE_FIXTURE(Fixture, "serve::query: parameters come in the URL, in a form, or both") {
    net::IncomingRequest request;
    request.method = "POST";
    request.path = "/api/v1/query";
    request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    request.body = "query=1%2B1&time=4";
    CHECK(ask(request).body ==
          R"({"status":"success","data":{"resultType":"scalar","result":[4,"2"]}})");
    request.query = {{"query", "7"}, {"time", "5"}};
    request.body = "query=1";
    CHECK(ask(request).body ==
          R"({"status":"success","data":{"resultType":"scalar","result":[5,"1"]}})");
}

TEST_CASE_FIXTURE(Fixture, "serve::format_query: gives the canonical text") {
    CHECK(data("/api/v1/format_query", {{"query", "up{job='a'}/up"}}) == R"("up{job=\"a\"} / up")");
    CHECK(data("/api/v1/format_query", {{"query", "1 +"}}) ==
          bad(R"(invalid parameter \"query\": 1:4: parse error: unexpected end of input)"));
}

TEST_CASE_FIXTURE(Fixture, "serve: queries are in the language that the configuration chose") {
    parts.features = promql::Features::none();
    for (const auto* path : {"/api/v1/query", "/api/v1/format_query", "/api/v1/parse_query"})
        CHECK(data(path, {{"query", "limitk(1, up)"}}) ==
              bad(R"(invalid parameter \"query\": 1:1: parse error: limitk() is experimental and )"
                  R"(must be enabled with --enable-feature=promql-experimental-functions)"));
    backend.add({{"__name__", "b_total"}, {"job", "a"}}, {1, 2, 3});
    const auto kept = R"x(label_replace(-b_total, "was", "$1", "__name__", "(.*)"))x";
    CHECK(at(kept, "20").find("\"was\"") == std::string::npos);
    parts.features = promql::Features();
    CHECK(at(kept, "20").find("\"was\":\"b_total\"") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "serve::parse_query: gives the tree") {
    const auto tree = [this](const std::string& text) {
        return data("/api/v1/parse_query", {{"query", text}});
    };
    CHECK(tree("1e3") == R"({"type":"numberLiteral","val":"1000"})");
    CHECK(tree("\"a\"") == R"({"type":"stringLiteral","val":"a"})");
    const std::string up = R"({"type":"vectorSelector","name":"up","offset":0,"offsetExpr":null,)"
                           R"("timestamp":null,"startOrEnd":null,"matchers":[)"
                           R"({"name":"__name__","type":"=","value":"up"}],)"
                           R"("anchored":false,"smoothed":false})";
    CHECK(tree("up") == up);
    CHECK(tree("-(up)") ==
          R"({"type":"unaryExpr","op":"-","expr":{"type":"parenExpr","expr":)" + up + "}}");
    CHECK(tree("rate(x{a!~\"b\"}[5m] @ end() offset -1m)") ==
          R"({"type":"call","func":{"name":"rate","argTypes":["matrix"],"variadic":0,)"
          R"("returnType":"vector"},"args":[{"type":"matrixSelector","name":"x","range":300000,)"
          R"("rangeExpr":null,"offset":-60000,"offsetExpr":null,"timestamp":null,)"
          R"("startOrEnd":"end","matchers":[{"name":"a","type":"!~","value":"b"},)"
          R"({"name":"__name__","type":"=","value":"x"}],"anchored":false,"smoothed":false}]})");
    CHECK(tree("topk by (a) (2, up)") ==
          R"({"type":"aggregation","op":"topk","expr":)" + up +
              R"(,"param":{"type":"numberLiteral","val":"2"},"grouping":["a"],"without":false})");
    CHECK(tree("up == bool on (a) group_left (b) up") ==
          R"({"type":"binaryExpr","op":"==","lhs":)" + up + R"(,"rhs":)" + up +
              R"(,"matching":{"card":"many-to-one","labels":["a"],"on":true,"include":["b"],)"
              R"("fillValues":{"lhs":null,"rhs":null}},"bool":true})");
    CHECK(tree("up and up").find(R"("matching":{"card":"many-to-many")") != std::string::npos);
    CHECK(tree("up > 1").find(R"("matching":null,"bool":false)") != std::string::npos);
    CHECK(tree("up[1h:1m] @ 1.5") ==
          R"({"type":"subquery","expr":)" + up +
              R"(,"range":3600000,"rangeExpr":null,"offset":0,"offsetExpr":null,)"
              R"("timestamp":1500,"startOrEnd":null,"step":60000,"stepExpr":null})");
    CHECK(tree("up offset (2 * step())")
              .find(R"("offsetExpr":{"type":"durationExpr","op":"*","lhs":)"
                    R"({"type":"numberLiteral","val":"2","duration":false},"rhs":)"
                    R"({"type":"durationExpr","op":"step","lhs":null,"rhs":null,"wrapped":false},)"
                    R"("wrapped":true})") != std::string::npos);
    CHECK(tree("up{").starts_with("400 "));
}
