#include "serve/write_request.h"

#include <bit>
#include <limits>

#include <doctest/doctest.h>
#include <protozero/pbf_writer.hpp>
#include <snappy.h>

#include "api_play.h"

using namespace keepwatch;
using namespace keepwatch::serve;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// A TimeSeries of prompb/types.proto.
std::string time_series(const Pairs& labels, const std::vector<Sample>& samples,
                        bool native_histogram = false) {
    std::string bytes;
    protozero::pbf_writer series(bytes);
    for (const auto& [name, value] : labels) {
        protozero::pbf_writer label(series, 1);
        label.add_string(1, name);
        label.add_string(2, value);
    }
    for (const auto& [t, value] : samples) {
        protozero::pbf_writer sample(series, 2);
        sample.add_double(1, value);
        sample.add_int64(2, t.ms);
    }
    if (native_histogram) series.add_message(4, std::string());
    return bytes;
}

std::string message(const std::vector<std::string>& all) {
    std::string bytes;
    protozero::pbf_writer request(bytes);
    for (const auto& one : all) request.add_message(1, one);
    request.add_message(3, std::string("metadata is skipped"));
    return bytes;
}

std::string packed(std::string_view bytes) {
    std::string block;
    snappy::Compress(bytes.data(), bytes.size(), &block);
    return block;
}

std::string shown(const Result<WriteRequest>& request) {
    if (!request) return request.error().message;
    std::string text;
    for (const auto& [labels, samples] : request->series) {
        text += (text.empty() ? "" : "; ") + labels.to_string();
        for (const auto& sample : samples)
            text +=
                fmt::format(" {:x}@{}", std::bit_cast<std::uint64_t>(sample.value), sample.t.ms);
    }
    if (request->series_refused > 0)
        text += fmt::format(" | {} refused: {}", request->series_refused, request->why);
    return text;
}

std::string decoded(const std::vector<std::string>& all, const WriteLimits& limits = {}) {
    return shown(decode_write_request(packed(message(all)), limits));
}

const std::string kUp = time_series({{"__name__", "up"}}, {{{1}, 2}});

struct Fixture : ApiPlay {
    net::IncomingRequest request;
    Fixture() {
        request.method = "POST";
        request.path = "/api/v1/write";
        request.from_loopback = true;
        request.headers.add("Content-Type", "application/x-protobuf");
        request.headers.add("Content-Encoding", "snappy");
        request.body = packed(message({kUp}));
    }
    std::string push() const {
        const auto response = ask(request);
        return fmt::format("{} {}", response.status, response.body);
    }
    std::string push_as(const std::string& header, const std::string& value) {
        request.headers = net::Headers{{header, value}};
        return push();
    }
};

} // namespace

TEST_CASE("serve::WriteRequest: times and values come through bit by bit") {
    constexpr auto kLow = std::numeric_limits<std::int64_t>::min() / 4;
    CHECK(decoded(
              {time_series({{"__name__", "up"}, {"b", "2"}, {"a", "1"}},
                           {{{5}, 1}, {{-1'000}, stale_marker()}, {{0}, -0.0}, {{kLow}, 0.5}})}) ==
          "up{a=\"1\",b=\"2\"} 3ff0000000000000@5 7ff0000000000002@-1000 8000000000000000@0 "
          "3fe0000000000000@-2305843009213693952");
    CHECK(decoded({time_series({{"__name__", "a"}}, {}), kUp}) == "up 4000000000000000@1");
    CHECK(decoded({time_series({{"__name__", "a"}, {"x", ""}}, {{{1}, 2}})}) ==
          "a 4000000000000000@1");
    CHECK(decoded({}) == "");
    CHECK(decoded({time_series({{"__name__", "a.b"}, {"c d", "é"}}, {{{1}, 2}})}) ==
          "{\"a.b\",\"c d\"=\"é\"} 4000000000000000@1");
}

TEST_CASE("serve::WriteRequest: a bad series is refused with its reason, the others are taken") {
    const auto refused = [](const Pairs& labels, bool native = false, Timestamp t = {1}) {
        return decoded({kUp, time_series(labels, {{t, 2}}, native)});
    };
    const std::string other = "up 4000000000000000@1 | 1 refused: series 2, ";
    CHECK(refused({{"a", "1"}}) == other + "{a=\"1\"}: there is no label \"__name__\"");
    CHECK(refused({{"__name__", ""}}) == other + "{}: there is no label \"__name__\"");
    CHECK(refused({{"__name__", "x"}, {"", "1"}}) == other + "x{\"\"=\"1\"}: a label has no name");
    CHECK(refused({{"__name__", "x"}, {"a", "1"}, {"a", "2"}}) ==
          other + "x{a=\"2\"}: the label \"a\" is there twice");
    CHECK(refused({{"__name__", "x"}, {"a", "\xff"}}) ==
          other + "x{a=\"\\xff\"}: the value of label \"a\" is not UTF-8");
    CHECK(refused({{"__name__", "x"}, {"a\xc0", "1"}}) ==
          other + "x{\"a\\xc0\"=\"1\"}: the label name \"a\\xc0\" is not UTF-8");
    CHECK(refused({{"__name__", "x"}}, true) ==
          other + "x: native histograms are not taken, only float samples");
    CHECK(refused({{"__name__", "x"}}, false, {std::numeric_limits<std::int64_t>::max()}) ==
          other + "x: the timestamp 9223372036854775807 is out of bounds");
}

TEST_CASE("serve::WriteRequest: what is no request is refused with the place") {
    const auto body = packed(message({kUp, kUp}));
    const auto damaged = "snappy: the block is damaged or cut short";
    CHECK(shown(decode_write_request("")) == "snappy: the block does not begin with its length");
    CHECK(shown(decode_write_request("\xff\xff\xff\xff\xff\xff")) ==
          "snappy: the block does not begin with its length");
    for (std::size_t size = 1; size < body.size(); ++size)
        CHECK(shown(decode_write_request(body.substr(0, size))) == damaged);
    CHECK(shown(decode_write_request(packed("\x0a\x7f"))) ==
          "no prometheus.WriteRequest, broken in or after series 1: end of buffer exception");
    auto torn = message({kUp, kUp});
    torn[torn.find("up") - 1] = '\x70'; // The first name's length.
    CHECK(shown(decode_write_request(packed(torn)))
              .starts_with("no prometheus.WriteRequest, broken in or after series 1: "));
    CHECK(shown(decode_write_request(packed("\x0b"))).starts_with("no prometheus.WriteRequest"));
    CHECK(shown(decode_write_request(packed("text"))).starts_with("no prometheus.WriteRequest"));
}

TEST_CASE("serve::WriteRequest: every damage of a byte is survived") {
    const auto bytes =
        message({kUp, time_series({{"__name__", "x"}, {"a", "1"}}, {{{7}, 1}, {{8}, 2}})});
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            auto damaged = bytes;
            damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
            (void)decode_write_request(packed(damaged)); // The sanitizers watch.
        }
    }
    // Fields of our numbers with other wire types are no fields of ours.
    std::string odd;
    protozero::pbf_writer writer(odd);
    writer.add_uint64(1, 7);
    writer.add_double(1, 7);
    std::string inner;
    protozero::pbf_writer one(inner);
    one.add_uint64(1, 7);
    one.add_fixed32(2, 7);
    one.add_uint64(4, 7);
    writer.add_message(1, inner);
    CHECK(shown(decode_write_request(packed(odd))) ==
          " | 1 refused: series 1, {}: there is no label \"__name__\"");
}

TEST_CASE("serve::WriteRequest: its limits hold") {
    CHECK(decoded({kUp}, {.bytes_max = 10}).ends_with("bytes, at most 10 are taken"));
    CHECK(decoded({kUp, kUp}, {.series_max = 1}) == "more than 1 series in one request");
    CHECK(decoded({kUp, kUp}, {.samples_max = 1}) == "more than 1 samples in one request");
    CHECK(decoded({time_series({{"__name__", "x"}, {"a", "1"}}, {{{1}, 2}})}, {.labels_max = 1}) ==
          "more than 1 labels in one series");
    // A bomb: small, and says that it is large.
    CHECK(shown(decode_write_request(std::string("\xff\xff\xff\xff\x0f", 5))) ==
          "snappy: the block unpacks to 4294967295 bytes, at most 33554432 are taken");
    const std::string empty_series(30 << 20, '\x0a'); // Each a series of 10 bytes of nonsense.
    CHECK(shown(decode_write_request(packed(empty_series))).size() < 1000);
}

TEST_CASE_FIXTURE(Fixture, "serve::write: what was pushed can be asked for at once") {
    CHECK(push() == "204 ");
    CHECK(data("/api/v1/query", {{"query", "up"}, {"time", "0.001"}}) ==
          R"({"resultType":"vector","result":[{"metric":{"__name__":"up"},"value":[0.001,"2"]}]})");
    CHECK(get("/metrics").find("\nkeepwatch_pushed_samples_total 1\n") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "serve::write: what is refused, and how") {
    request.body = packed(message({kUp, time_series({{"a", "1"}}, {{{1}, 2}})}));
    CHECK(push() == "400 series 2, {a=\"1\"}: there is no label \"__name__\"; 1 of 2 series were "
                    "refused and the others stored\n");
    CHECK(backend.pushed.series_count() == 1);
    request.body = "x";
    CHECK(push().starts_with("400 snappy: "));
    request.body = std::string("\xff\xff\xff\xff\x0f", 5);
    CHECK(push().starts_with("413 snappy: "));
    const auto page = get("/metrics");
    CHECK(page.find("keepwatch_pushes_refused_total{reason=\"series\"} 1\n") != std::string::npos);
    CHECK(page.find("keepwatch_pushes_refused_total{reason=\"malformed\"} 1\n") !=
          std::string::npos);
    CHECK(page.find("keepwatch_pushes_refused_total{reason=\"limit\"} 1\n") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "serve::write: the headers say what it is") {
    request.headers = {};
    CHECK(push() == "204 ");
    CHECK(push_as("Content-Type", "application/x-protobuf;proto=prometheus.WriteRequest") ==
          "204 ");
    CHECK(push_as("Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request") ==
          "415 the content type must be application/x-protobuf, of the message "
          "prometheus.WriteRequest (remote write 1.0), not "
          "\"application/x-protobuf;proto=io.prometheus.write.v2.Request\"\n");
    CHECK(push_as("Content-Type", "text/plain").starts_with("415 "));
    CHECK(push_as("Content-Encoding", "gzip") ==
          "415 the content encoding must be snappy, not \"gzip\"\n");
    CHECK(push_as("Origin", "http://evil").starts_with("403 "));
    request.headers = {};
    request.from_loopback = false;
    CHECK(push() == "403 remote write is taken from programs on this machine only\n");
    parts.receives_pushes = false;
    CHECK(push() == "404 remote write is not taken here: set receive.remote_write = true\n");
}

TEST_CASE_FIXTURE(Fixture,
                  "serve::write: what the agent cannot do is said so that it is tried again") {
    backend.failure = Error{ErrorKind::Timeout, "late"};
    CHECK(push() == "503 the agent is too busy to take it\n");
    backend.failure = Error{ErrorKind::Cancelled, "stop"};
    CHECK(push() == "503 the agent stops\n");
    backend.failure = Error{ErrorKind::LimitExceeded, "there is no room"};
    CHECK(push() == "400 there is no room\n");
}
