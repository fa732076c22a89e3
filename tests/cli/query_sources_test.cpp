#include "cli/query_sources.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cli/query_view.h"
#include "recording/recorder.h"
#include "support/scripted_server.h"
#include "support/temp_dir.h"

namespace {

using namespace keepwatch;
using keepwatch::testing::Peer;
using keepwatch::testing::ScriptedServer;

const std::string kIncident = KEEPWATCH_SOURCE_DIR "/tests/demo/broker-killed.kwr";

std::string said(const Result<cli::Answer>& answer) {
    return answer ? cli::table_of(answer->value) : answer.error().to_string();
}

std::string said(const Result<cli::Range>& range) {
    if (!range) return range.error().to_string();
    return fmt::format("{} {} {}", range->start.ms, range->end.ms, format_duration(range->step));
}

} // namespace

TEST_CASE("cli::range_of: what was not said is all there is, in steps that a terminal shows") {
    const Timestamp first{1'000'000};
    const auto last = first + hours(1);
    const auto range = [&](cli::QueryTimes times) {
        return said(cli::range_of(times, first, last));
    };
    CHECK(range({.step = seconds(7)}) == "1000000 4600000 7s");
    CHECK(range({.start = first + minutes(30)}) == "2800000 4600000 15s");
    CHECK(range({.end = first + minutes(1)}) == "1000000 1060000 1s");
    CHECK(range({.start = last + minutes(1)}) == "4660000 4660000 1s"); // Beyond what there is.
    CHECK(range({.start = {}, .end = Timestamp{hours(24 * 3650).ms}}) ==
          "1000000 315360000000 583h59m53s333ms");
    CHECK(range({.start = last, .end = first}) ==
          "--end 1970-01-01T00:16:40Z is before --start 1970-01-01T01:16:40Z");
    CHECK(range({.step = seconds(0)}) == "--step must be more than 0s");
}

TEST_CASE("cli::ask_recording: an incident is asked what happened") {
    const auto down =
        cli::ask_recording(kIncident, "min(min_over_time(up{job=\"kafka\"}[1h]))", {});
    CHECK(said(down) == "value\n    0\n");
    const auto healed = cli::ask_recording(kIncident, "sum(up{job=\"kafka\"})", {});
    CHECK(said(healed) == "value\n    3\n");
    const auto range =
        cli::ask_recording(kIncident, "sum(up{job=\"kafka\"})", {.step = seconds(5)});
    REQUIRE(range);
    CHECK(std::get<promql::MatrixValue>(range->value).at(0).samples.size() > 10);
}

TEST_CASE("cli::ask_recording: what others pushed is part of the recording") {
    const testing::TempDir dir;
    const auto path = dir.path("pushed.kwr");
    auto recorder = recording::Recorder::create(path, {}, {});
    REQUIRE(recorder);
    const Labels labels{{"__name__", "pushed"}};
    REQUIRE(recorder->add({Timestamp{9'000}, SeriesPushed{{{labels, {{{8'000}, 7}}}}}}));
    REQUIRE(recorder->flush());
    CHECK(said(cli::ask_recording(path, "sum(pushed)", {})) == "value\n    7\n");
}

TEST_CASE("cli::ask_recording: says where an expression is wrong, and which file is no recording") {
    CHECK(said(cli::ask_recording(kIncident, "rate(", {})) ==
          "1:6: parse error: unclosed left parenthesis");
    const testing::TempDir dir;
    const auto path = dir.write("no.kwr", "no recording");
    CHECK(said(cli::ask_recording(path, "up", {})).starts_with(path + ": "));
    CHECK(
        said(cli::ask_recording(kIncident, "up[5m]", {.step = seconds(5)})).find("range vector") !=
        std::string::npos);
}

TEST_CASE("cli::ask_url: sends the form, reads the envelope") {
    const std::string form = "query=up%7Ba%3D%22b+c%22%7D%2B1&time=1700000000.5";
    std::string asked;
    ScriptedServer server([&](Peer& peer) {
        asked = peer.read_head();
        asked += peer.read_bytes(form.size());
        const std::string_view body =
            R"({"status":"success","data":{"resultType":"scalar","result":[0,"7"]}})";
        peer.send(
            fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
    });
    const auto url = fmt::format("http://127.0.0.1:{}/prefix/", server.port());
    CHECK(said(cli::ask_url(url, "up{a=\"b c\"}+1", {.at = Timestamp{1'700'000'000'500}}, {})) ==
          "7\n");
    CHECK(asked.starts_with("POST /prefix/api/v1/query HTTP/1.1\r\n"));
    CHECK(asked.ends_with("\r\n\r\n" + form));
}

TEST_CASE("cli::ask_url: names who does not answer, and what is no API") {
    const auto nobody = fmt::format("http://127.0.0.1:{}", testing::unused_port());
    CHECK(said(cli::ask_url(nobody, "up", {}, {})) == nobody + ": connect: Connection refused");
    ScriptedServer server([](Peer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
    });
    CHECK(said(cli::ask_url(server.url(), "up", {}, {})) == server.url() + ": HTTP 404 Not Found");
}
