#include "model/time.h"

#include <random>

#include <doctest/doctest.h>

using namespace keepwatch;

namespace {

std::string timestamp(std::string_view text) {
    const auto t = parse_timestamp(text);
    return t ? std::to_string(t->ms) : t.error().message;
}

std::string duration(std::string_view text) {
    const auto d = parse_duration(text);
    return d ? std::to_string(d->ms) : d.error().message;
}

} // namespace

TEST_CASE("model::format_rfc3339: in UTC, with as many decimals as are needed") {
    CHECK(format_rfc3339({0}) == "1970-01-01T00:00:00Z");
    CHECK(format_rfc3339({1'795'497'759'500}) == "2026-11-24T05:22:39.5Z");
    CHECK(format_rfc3339({1'795'497'759'050}) == "2026-11-24T05:22:39.05Z");
    CHECK(format_rfc3339({951'782'400'001}) == "2000-02-29T00:00:00.001Z");
    CHECK(format_rfc3339({-1}) == "1969-12-31T23:59:59.999Z");
    CHECK(format_rfc3339({-86'400'000}) == "1969-12-31T00:00:00Z");
}

TEST_CASE("model::parse_timestamp: RFC 3339 with any offset, or Unix seconds") {
    CHECK(timestamp("1970-01-01T00:00:00Z") == "0");
    CHECK(timestamp("2026-11-24T05:22:39.5Z") == "1795497759500");
    CHECK(timestamp("2026-11-24T06:22:39.5+01:00") == "1795497759500");
    CHECK(timestamp("2026-11-23T23:52:39.5-05:30") == "1795497759500");
    CHECK(timestamp("2026-11-24T05:22:39.123456789Z") == "1795497759123");
    CHECK(timestamp("1969-12-31T23:59:59.999Z") == "-1");
    CHECK(timestamp("2000-02-29T00:00:00Z") == "951782400000");
    CHECK(timestamp("1.5") == "1500");
    CHECK(timestamp("+1") == "1000");
    CHECK(timestamp("-0.0005") == "-1");
    CHECK(timestamp("1e3") == "1000000");
}

TEST_CASE("model::parse_timestamp: refuses what no calendar has") {
    for (const auto* text : {"",
                             "now",
                             "2026-11-24",
                             "2026-11-24T05:22:39",
                             "2026-13-01T00:00:00Z",
                             "2026-00-01T00:00:00Z",
                             "2026-02-29T00:00:00Z",
                             "2026-04-31T00:00:00Z",
                             "2026-01-00T00:00:00Z",
                             "2026-01-01T24:00:00Z",
                             "2026-01-01T00:60:00Z",
                             "2026-01-01T00:00:60Z",
                             "2026-01-01T00:00:00.Z",
                             "2026-01-01T00:00:00+1:00",
                             "2026-01-01T00:00:00+24:00",
                             "2026-01-01T00:00:00+00:60",
                             "2026-01-01T00:00:00Zx",
                             "2026-01-01 00:00:00Z",
                             "inf",
                             "NaN",
                             "1e16",
                             "0x10"})
        CHECK(timestamp(text) == "cannot parse \"" + std::string(text) + "\" to a valid timestamp");
}

TEST_CASE("model::parse_timestamp: reads back what format_rfc3339 wrote") {
    std::mt19937_64 random(1);
    std::uniform_int_distribution<std::int64_t> ms(-60'000'000'000'000, 250'000'000'000'000);
    for (int i = 0; i < 5'000; ++i) {
        const Timestamp t{ms(random)};
        REQUIRE(timestamp(format_rfc3339(t)) == std::to_string(t.ms));
    }
}

TEST_CASE("model::parse_duration: units in falling order, each at most once") {
    CHECK(duration("0") == "0");
    CHECK(duration("0s") == "0");
    CHECK(duration("15s") == "15000");
    CHECK(duration("500ms") == "500");
    CHECK(duration("1h30m") == "5400000");
    CHECK(duration("1y1w1d1h1m1s1ms") == "32230861001");
    for (const auto* text :
         {"1", "s", "1m1h", "1s1s", "1.5h", "-1s", "1 s", "1S", "1s ", "5x", "1h5"})
        CHECK(duration(text) == "not a valid duration string: \"" + std::string(text) + "\"");
    CHECK(duration("") == "empty duration string");
}

TEST_CASE("model::parse_duration: refuses what Prometheus could not hold") {
    CHECK(duration("292y") == "9208512000000");
    CHECK(duration("293y") == "duration out of range");
    CHECK(duration("292y9999999w") == "duration out of range");
    CHECK(duration("99999999999999999999s") ==
          "not a valid duration string: \"99999999999999999999s\"");
}

TEST_CASE("model::format_duration: in Prometheus's canonical form") {
    CHECK(format_duration({0}) == "0s");
    CHECK(format_duration(minutes(90)) == "1h30m");
    CHECK(format_duration(hours(48)) == "2d");
    CHECK(format_duration(hours(49)) == "49h");
    CHECK(format_duration(hours(24 * 7)) == "1w");
    CHECK(format_duration(hours(24 * 365)) == "1y");
    CHECK(format_duration(milliseconds(61'001)) == "1m1s1ms");
    CHECK(format_duration(-seconds(5)) == "-5s");
}
