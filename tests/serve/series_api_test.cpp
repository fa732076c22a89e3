#include <doctest/doctest.h>

#include "api_play.h"
#include "serve/label_name.h"

using namespace keepwatch;
using namespace keepwatch::serve;

namespace {

struct Fixture : ApiPlay {
    Fixture() {
        backend.add({{"__name__", "up"}, {"job", "a"}}, {1, 2});
        backend.add({{"__name__", "up"}, {"job", "b"}, {"http.code", "500"}}, {1});
        backend.pushed.append({{"__name__", "late"}, {"job", "c"}}, {900'000}, 7);
    }
};

std::string bad(std::string_view message) {
    return error(400, "bad_data", message);
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "serve::find_series: gives the labels of what matches and is there") {
    const std::string a = R"({"__name__":"up","job":"a"})";
    const std::string b = R"({"__name__":"up","http.code":"500","job":"b"})";
    const std::string late = R"({"__name__":"late","job":"c"})";
    const auto found = [this](Query query) { return data("/api/v1/series", std::move(query)); };
    CHECK(found({{"match[]", "up"}}) == "[" + b + "," + a + "]");
    CHECK(found({{"match[]", "up{job=\"a\"}"}, {"match[]", "{job=~\"a|c\"}"}}) ==
          "[" + late + "," + a + "]");
    CHECK(found({{"match[]", "nothing"}}) == "[]");
    CHECK(found({{"match[]", "{__name__!=\"\"}"}, {"start", "10"}, {"end", "20"}}) ==
          "[" + a + "]");
    CHECK(found({{"match[]", "up"}, {"start", "0"}, {"end", "0"}}) == "[" + b + "," + a + "]");
    CHECK(get("/api/v1/series", {{"match[]", "up"}, {"limit", "1"}}) ==
          R"({"status":"success","data":[)" + b +
              R"(],"warnings":["results truncated due to limit"]})");
    CHECK(found({}) == bad("no match[] parameter provided"));
    CHECK(found({{"match[]", "{job=~\".*\"}"}}) ==
          bad(R"(invalid parameter \"match[]\": )"
              "match[] must contain at least one non-empty matcher"));
    CHECK(found({{"match[]", "up"}, {"start", "x"}}) ==
          bad(R"(invalid parameter \"start\": invalid time value for 'start': cannot parse \"x\" )"
              R"(to a valid timestamp)"));
    CHECK(
        found({{"match[]", "up["}}).starts_with(R"(400 {"status":"error","errorType":"bad_data")"));
}

TEST_CASE_FIXTURE(Fixture, "serve::label_names: of all series or of those that match") {
    const auto names = [this](Query query) { return data("/api/v1/labels", std::move(query)); };
    CHECK(names({}) == R"(["__name__","http.code","job"])");
    CHECK(names({{"match[]", "late"}}) == R"(["__name__","job"])");
    CHECK(names({{"start", "500"}}) == R"(["__name__","job"])");
    CHECK(names({{"start", "2000"}}) == "[]");
    CHECK(
        get("/api/v1/labels", {{"limit", "1"}}) ==
        R"({"status":"success","data":["__name__"],"warnings":["results truncated due to limit"]})");
}

TEST_CASE_FIXTURE(Fixture, "serve::label_values: of one label, whatever its name") {
    const auto values = [this](const std::string& name, Query query = {}) {
        return data("/api/v1/label/" + name + "/values", std::move(query));
    };
    CHECK(values("job") == R"(["a","b","c"])");
    CHECK(values("__name__") == R"(["late","up"])");
    CHECK(values("job", {{"match[]", "up"}, {"limit", "5"}}) == R"(["a","b"])");
    CHECK(values("job", {{"match[]", "up{job=\"b\"}"}, {"match[]", "late"}}) == R"(["b","c"])");
    CHECK(values("U__http_2e_code") == R"(["500"])");
    CHECK(values("none") == "[]");
    CHECK(values("\xff") == bad(R"(invalid label name: \"\\xff\")"));
}

TEST_CASE("serve::unescaped_label_name: undoes the escaping of names that are not plain") {
    CHECK(unescaped_label_name("job") == "job");
    CHECK(unescaped_label_name("U__http_2e_status__code") == "http.status_code");
    CHECK(unescaped_label_name("U___e9_t_1F600_") == "\u00e9t\U0001F600");
    CHECK(unescaped_label_name("U__") == "");
    for (const auto* kept :
         {"U_", "U__a_", "U__a_b", "U__a_xy_", "U__a_1234567_", "U__a_d800_", "U__a_110000_"})
        CHECK(unescaped_label_name(kept) == kept);
}

TEST_CASE_FIXTURE(Fixture, "serve::federate: gives the newest of each series as a page") {
    backend.add({{"__name__", "gone"}, {"instance", "i"}}, {1});
    backend.pushed.append({{"__name__", "gone"}, {"instance", "i"}}, {990'000}, stale_marker());
    backend.pushed.append({{"__name__", "a.b"}, {"instance", "i"}, {"x", "1\n\"\\"}}, {990'000},
                          0.5);
    CHECK(get("/federate", {{"match[]", "{__name__!=\"\"}"}}) ==
          "# TYPE a_b untyped\n"
          "a_b{instance=\"i\",x=\"1\\n\\\"\\\\\"} 0.5 990000\n"
          "# TYPE late untyped\n"
          "late{job=\"c\",instance=\"\"} 7 900000\n");
    net::IncomingRequest request;
    request.method = "GET";
    request.path = "/federate";
    request.query = {{"match[]", "{__name__!=\"\"}"}};
    request.headers.add("Accept", "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6");
    const auto answer = ask(request);
    CHECK(answer.headers.get("Content-Type") ==
          "text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8");
    CHECK(answer.body == "# TYPE \"a.b\" untyped\n"
                         "{\"a.b\",instance=\"i\",x=\"1\\n\\\"\\\\\"} 0.5 990000\n"
                         "# TYPE late untyped\n"
                         "late{job=\"c\",instance=\"\"} 7 900000\n");
    CHECK(get("/federate", {{"match[]", "up"}}) == ""); // Older than the lookback.
    CHECK(get("/federate") == "");
    CHECK(get("/federate", {{"match[]", "up{"}}).starts_with("400 1:4: parse error: "));
}

TEST_CASE_FIXTURE(Fixture, "serve::federate: gives names an older reader knows") {
    backend.pushed.append({{"__name__", "1:é.b"}, {"instance", "i"}, {"x:ü", "ü"}}, {990'000}, 1);
    CHECK(get("/federate", {{"match[]", "{instance=\"i\"}"}}) ==
          "# TYPE _:__b untyped\n"
          "_:__b{instance=\"i\",x__=\"ü\"} 1 990000\n");
}

TEST_CASE_FIXTURE(Fixture, "serve::query_exemplars: there are none") {
    CHECK(get("/api/v1/query_exemplars", {{"query", "up"}}) == R"({"status":"success","data":[]})");
    CHECK(get("/api/v1/query_exemplars", {{"query", "up{"}})
              .starts_with(R"(400 {"status":"error","errorType":"bad_data","error":"1:4: parse)"));
}

TEST_CASE_FIXTURE(Fixture, "serve::store_status: counts what makes many series") {
    parts.status.retention = hours(2);
    const auto answer = data("/api/v1/status/tsdb", {{"limit", "1"}});
    CHECK(answer == R"({"headStats":{"numSeries":3,"numLabelPairs":6,"chunkCount":0,)"
                    R"("minTime":-6200000,"maxTime":1000000},)"
                    R"("seriesCountByMetricName":[{"name":"up","value":2}],)"
                    R"("labelValueCountByLabelName":[{"name":"job","value":3}],)"
                    R"("memoryInBytesByLabelName":[{"name":"__name__","value":6}],)"
                    R"("seriesCountByLabelValuePair":[{"name":"__name__=up","value":2}]})");
    CHECK(data("/api/v1/status/tsdb", {{"limit", "0"}}) == bad("limit must be a positive number"));
    CHECK(data("/api/v1/status/tsdb", {{"limit", "10001"}}) == bad("limit must not exceed 10000"));
}

TEST_CASE_FIXTURE(ApiPlay, "serve::targets: are those of Prometheus's API") {
    CHECK(data("/api/v1/targets") ==
          R"({"activeTargets":[],"droppedTargets":[],"droppedTargetCounts":{}})");
    TargetView target;
    target.job = "kafka";
    target.url = "http://127.0.0.1:7071/metrics";
    target.labels = {{"instance", "b1"}, {"job", "kafka"}};
    target.interval = seconds(15);
    target.timeout = seconds(10);
    backend.view.targets = {target};
    const std::string unknown =
        R"({"discoveredLabels":{"__address__":"127.0.0.1:7071","__metrics_path__":"/metrics",)"
        R"("__scheme__":"http","__scrape_interval__":"15s","__scrape_timeout__":"10s",)"
        R"("instance":"b1","job":"kafka"},"labels":{"instance":"b1","job":"kafka"},"scrapePool":"kafka",)"
        R"("scrapeUrl":"http://127.0.0.1:7071/metrics","globalUrl":)"
        R"("http://127.0.0.1:7071/metrics","lastError":"","lastScrape":"0001-01-01T00:00:00Z",)"
        R"("lastScrapeDuration":0,"health":"unknown","scrapeInterval":"15s","scrapeTimeout":"10s"})";
    CHECK(data("/api/v1/targets", {{"state", "active"}}) ==
          R"({"activeTargets":[)" + unknown +
              R"(],"droppedTargets":[],"droppedTargetCounts":null})");
    CHECK(data("/api/v1/targets", {{"state", "dropped"}}) ==
          R"({"activeTargets":[],"droppedTargets":[],"droppedTargetCounts":{"kafka":0}})");
    CHECK(data("/api/v1/scrape_pools") == R"({"scrapePools":["kafka"]})");
    backend.view.targets[0].last_scrape = Timestamp{1'500};
    backend.view.targets[0].last_error = "connect: Connection refused";
    const auto down = data("/api/v1/targets");
    CHECK(down.find(R"("lastScrape":"1970-01-01T00:00:01.5Z")") != std::string::npos);
    CHECK(down.find(R"("health":"down")") != std::string::npos);
    CHECK(data("/api/v1/targets", {{"scrapePool", "other"}}).find("7071") == std::string::npos);
    CHECK(data("/api/v1/targets", {{"state", "Dropped"}}).find("7071") == std::string::npos);
}

TEST_CASE_FIXTURE(ApiPlay, "serve::metadata: is what targets say, each once") {
    const auto of = [](exposition::Families families) {
        TargetView target;
        target.families = std::make_shared<const exposition::Families>(std::move(families));
        return target;
    };
    backend.view.targets = {of({{"up", {"gauge", "Is it?", ""}}, {"b", {"counter", "", "bytes"}}}),
                            of({{"up", {"gauge", "Is it?", ""}}}),
                            of({{"up", {"gauge", "It is.", ""}}}), TargetView()};
    const auto metadata = [this](Query query) {
        return data("/api/v1/metadata", std::move(query));
    };
    const std::string b = R"("b":[{"type":"counter","unit":"bytes","help":""}])";
    const std::string up = R"("up":[{"type":"gauge","unit":"","help":"Is it?"})";
    const std::string is = R"(,{"type":"gauge","unit":"","help":"It is."}])";
    CHECK(metadata({}) == "{" + b + "," + up + is + "}");
    CHECK(metadata({{"metric", "b"}}) == "{" + b + "}");
    CHECK(metadata({{"limit", "1"}}) == "{" + b + "}");
    CHECK(metadata({{"limit_per_metric", "1"}}) == "{" + b + "," + up + "]}");
    CHECK(metadata({{"limit", "x"}}) == bad("limit must be a number"));
}

TEST_CASE_FIXTURE(ApiPlay, "serve::target_metadata: is what each target says") {
    TargetView target;
    target.families = std::make_shared<exposition::Families>(
        exposition::Families{{"a", {"gauge", "A.", ""}}, {"b", {"counter", "B.", "s"}}});
    for (const auto* name : {"one", "two"}) {
        target.labels = {{"instance", name}};
        backend.view.targets.push_back(target);
    }
    backend.view.targets.emplace_back(); // Has told nothing yet.
    const auto metadata = [this](Query query) {
        return data("/api/v1/targets/metadata", std::move(query));
    };
    const std::string one = R"({"target":{"instance":"one"},"type":"gauge","help":"A.","unit":"")";
    const std::string two = R"({"target":{"instance":"two"},"type":"gauge","help":"A.","unit":"")";
    CHECK(metadata({{"metric", "a"}}) == "[" + one + "}," + two + "}]");
    CHECK(metadata({{"metric", "a"}, {"limit", "1"}}) == "[" + one + "}]");
    CHECK(metadata({{"metric", "a"}, {"match_target", "{instance=\"two\"}"}}) == "[" + two + "}]");
    CHECK(metadata({{"limit", "1"}}) ==
          "[" + one +
              R"(,"metric":"a"},{"target":{"instance":"one"},"type":"counter",)"
              R"("help":"B.","unit":"s","metric":"b"}])");
    CHECK(metadata({{"metric", "c"}}) == "[]");
    CHECK(metadata({{"limit", "x"}}) == bad("limit must be a number"));
    CHECK(metadata({{"match_target", "{"}})
              .starts_with(R"(400 {"status":"error","errorType":"bad_data","error":)"
                           R"("invalid parameter \"match_target\": 1:2: parse error: )"));
}

TEST_CASE_FIXTURE(ApiPlay, "serve::status: tells what Prometheus's clients ask for") {
    parts.status.config_yaml = "global: {}\n";
    parts.status.flags = {{"query.timeout", "2m"}};
    parts.status.retention = hours(2);
    CHECK(data("/api/v1/status/config") == R"({"yaml":"global: {}\n"})");
    CHECK(data("/api/v1/status/flags") == R"({"query.timeout":"2m"})");
    const auto info = data("/api/v1/status/runtimeinfo");
    CHECK(info.starts_with(R"({"startTime":"1970-01-01T00:00:00Z","CWD":"/)"));
    CHECK(info.find(R"("serverTime":"1970-01-01T00:16:40Z","reloadConfigSuccess":true)") !=
          std::string::npos);
    CHECK(info.ends_with(R"("storageRetention":"2h"})"));
}
