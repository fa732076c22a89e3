#include "notify/verdict.h"

#include <doctest/doctest.h>

#include "notify/backoff.h"
#include "notify/fingerprint.h"

using namespace keepwatch;
using namespace keepwatch::notify;

namespace {

std::string verdict(unsigned status) {
    switch (judge_status(status)) {
    case Verdict::Accepted:
        return "accepted";
    case Verdict::Retry:
        return "retry";
    case Verdict::Refused:
        return "refused";
    }
    return "";
}

// 1994-11-06T08:49:30Z, seven seconds before the date of RFC 9110's example.
constexpr Timestamp kNow{784111770000};

std::string retry_after(std::string_view text) {
    const auto wish = parse_retry_after(text, kNow);
    return wish ? format_duration(*wish) : "none";
}

} // namespace

TEST_CASE("notify::judge_status: the retry matrix of a webhook") {
    CHECK(verdict(200) == "accepted");
    CHECK(verdict(202) == "accepted");
    CHECK(verdict(204) == "accepted");
    CHECK(verdict(299) == "accepted");
    CHECK(verdict(408) == "retry");
    CHECK(verdict(425) == "retry");
    CHECK(verdict(429) == "retry");
    CHECK(verdict(500) == "retry");
    CHECK(verdict(503) == "retry");
    CHECK(verdict(599) == "retry");
    CHECK(verdict(100) == "refused");
    CHECK(verdict(301) == "refused");
    CHECK(verdict(307) == "refused");
    CHECK(verdict(400) == "refused");
    CHECK(verdict(404) == "refused");
    CHECK(verdict(413) == "refused");
    CHECK(verdict(0) == "refused");
}

TEST_CASE("notify::parse_retry_after: seconds, or a date") {
    CHECK(retry_after("0") == "0s");
    CHECK(retry_after("120") == "2m");
    CHECK(retry_after("Sun, 06 Nov 1994 08:49:37 GMT") == "7s");
    CHECK(retry_after("Sun, 06 Nov 1994 08:49:00 GMT") == "0s"); // Past.
}

TEST_CASE("notify::parse_retry_after: waits no longer than an hour") {
    CHECK(retry_after("3601") == "1h");
    CHECK(retry_after("999999999999999999") == "1h");
    CHECK(retry_after("Sun, 06 Nov 2094 08:49:37 GMT") == "1h");
}

TEST_CASE("notify::parse_retry_after: what it cannot read is as if it were not there") {
    for (const auto* text : {"", " ", "-1", "+5", "1.5", "5s", "soon", "9999999999999999999",
                             "0x10", "1 ", "Sun, 06 Nov 1994 08:49:37 UTC",
                             "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT",
                             "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
                             "Sun, 06 Nov 1994 08-49-37 GMT", "Sun, aa Nov 1994 08:49:37 GMT"}) {
        CAPTURE(text);
        CHECK(retry_after(text) == "none");
    }
}

TEST_CASE("notify::backoff: doubles from a second to a minute, with full jitter") {
    const auto longest = [] { return 0.999999; };
    CHECK(backoff(1, longest) == milliseconds(999));
    CHECK(backoff(2, longest) == milliseconds(1999));
    CHECK(backoff(3, longest) == milliseconds(3999));
    CHECK(backoff(6, longest) == milliseconds(31999));
    CHECK(backoff(7, longest) == milliseconds(59999));
    CHECK(backoff(1'000'000, longest) == milliseconds(59999));
    CHECK(backoff(0, longest) == milliseconds(999));
    CHECK(backoff(5, [] { return 0.0; }) == Duration{});
    CHECK(backoff(5, [] { return 0.5; }) == seconds(8));
}

TEST_CASE("notify::fingerprint: is that of Prometheus") {
    // The values are those that Alertmanager 0.25 sent.
    CHECK(fingerprint({{"alertname", "A<b>"}, {"cluster", "c\"1"}, {"instance", "b1"}}) ==
          "f77252d2a096e7df");
    CHECK(fingerprint({{"alertname", "A<b>"}, {"cluster", "c\"1"}, {"instance", "b2"}}) ==
          "f77052d2a0966508");
    CHECK(fingerprint({}) == "cbf29ce484222325");
}
