#include "notify/verdict.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace keepwatch::notify {
namespace {

constexpr std::size_t kNumberDigitsMax = 18; // Fits an int64.

std::optional<std::int64_t> parse_digits(std::string_view text) {
    if (text.empty() || text.size() > kNumberDigitsMax) return std::nullopt;
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end || number < 0) return std::nullopt;
    return number;
}

std::optional<unsigned> parse_month(std::string_view text) {
    constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto* found = std::find(kMonths.begin(), kMonths.end(), text);
    if (found == kMonths.end()) return std::nullopt;
    return static_cast<unsigned>(found - kMonths.begin()) + 1;
}

// `Sun, 06 Nov 1994 08:49:37 GMT`; every part has its fixed place.
std::optional<Timestamp> parse_http_date(std::string_view text) {
    constexpr std::size_t kLength = 29;
    if (text.size() != kLength || text.substr(25) != " GMT") return std::nullopt;
    if (text[3] != ',' || text[19] != ':' || text[22] != ':') return std::nullopt;
    const auto day = parse_digits(text.substr(5, 2));
    const auto month = parse_month(text.substr(8, 3));
    const auto year = parse_digits(text.substr(12, 4));
    const auto hour = parse_digits(text.substr(17, 2));
    const auto minute = parse_digits(text.substr(20, 2));
    const auto second = parse_digits(text.substr(23, 2));
    if (!day || !month || !year || !hour || !minute || !second) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(*month),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok()) return std::nullopt;
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    return Timestamp{} + hours(days * 24) + hours(*hour) + minutes(*minute) + seconds(*second);
}

Duration bounded(Duration wish) {
    return std::clamp(wish, Duration{}, kRetryAfterMax);
}

} // namespace

Verdict judge_status(unsigned status) {
    if (status / 100 == 2) return Verdict::Accepted;
    const bool later = status == 408 || status == 425 || status == 429 || status / 100 == 5;
    return later ? Verdict::Retry : Verdict::Refused;
}

bool is_about_content(unsigned status) {
    return status == 400 || status == 413 || status == 422;
}

std::optional<Duration> parse_retry_after(std::string_view text, Timestamp now) {
    if (const auto wish = parse_digits(text)) {
        return bounded(seconds(std::min(*wish, kRetryAfterMax.ms)));
    }
    if (const auto date = parse_http_date(text)) return bounded(*date - now);
    return std::nullopt;
}

} // namespace keepwatch::notify
