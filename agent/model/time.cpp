#include "model/time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "model/number.h"

namespace keepwatch {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t ms;
};
constexpr std::array<Unit, 7> kUnits{{{"y", 365 * 86'400'000LL},
                                      {"w", 7 * 86'400'000LL},
                                      {"d", 86'400'000LL},
                                      {"h", 3'600'000LL},
                                      {"m", 60'000LL},
                                      {"s", 1'000LL},
                                      {"ms", 1LL}}};

// As in Prometheus, whose durations are 64 bits of nanoseconds; so sums of a few do not overflow.
constexpr std::int64_t kLongestMs = std::numeric_limits<std::int64_t>::max() / 1'000'000;

Error not_a_duration(std::string_view text) {
    return {ErrorKind::InvalidInput, fmt::format("not a valid duration string: \"{}\"", text)};
}

// Days since 1970-01-01 of a date in the proleptic Gregorian calendar.
// https://howardhinnant.github.io/date_algorithms.html, days_from_civil and civil_from_days.
constexpr std::int64_t days_from_civil(std::int64_t y, unsigned m, unsigned d) {
    y -= m <= 2;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const auto yoe = static_cast<unsigned>(y - era * 400);
    const unsigned doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
    const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + static_cast<std::int64_t>(doe) - 719468;
}

struct Civil {
    std::int64_t year;
    unsigned month;
    unsigned day;
};

constexpr Civil civil_from_days(std::int64_t z) {
    z += 719468;
    const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const auto doe = static_cast<unsigned>(z - era * 146097);
    const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const unsigned mp = (5 * doy + 2) / 153;
    const unsigned m = mp < 10 ? mp + 3 : mp - 9;
    return {static_cast<std::int64_t>(yoe) + era * 400 + (m <= 2), m, doy - (153 * mp + 2) / 5 + 1};
}

// Takes `digits` decimal digits off the front.
bool take_number(std::string_view& rest, std::size_t digits, unsigned& out) {
    if (rest.size() < digits) return false;
    const auto [end, failed] = std::from_chars(rest.data(), rest.data() + digits, out);
    if (failed != std::errc() || end != rest.data() + digits) return false;
    rest.remove_prefix(digits);
    return true;
}

bool take(std::string_view& rest, char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
}

// `Z`, or `+hh:mm`; the offset in minutes.
bool take_zone(std::string_view& rest, int& offset_minutes) {
    if (take(rest, 'Z') || take(rest, 'z')) return true;
    const bool negative = !rest.empty() && rest.front() == '-';
    unsigned h = 0;
    unsigned m = 0;
    if (!take(rest, '+') && !take(rest, '-')) return false;
    if (!take_number(rest, 2, h) || !take(rest, ':') || !take_number(rest, 2, m)) return false;
    if (h > 23 || m > 59) return false;
    offset_minutes = static_cast<int>(h * 60 + m) * (negative ? -1 : 1);
    return true;
}

bool parse_rfc3339(std::string_view rest, Timestamp& out) {
    unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    const bool date = take_number(rest, 4, year) && take(rest, '-') &&
                      take_number(rest, 2, month) && take(rest, '-') && take_number(rest, 2, day);
    if (!date || !(take(rest, 'T') || take(rest, 't'))) return false;
    const bool clock = take_number(rest, 2, hour) && take(rest, ':') &&
                       take_number(rest, 2, minute) && take(rest, ':') &&
                       take_number(rest, 2, second);
    // A day that the month does not have would come out as one of the next month.
    const auto [y, m, d] = civil_from_days(days_from_civil(year, month, day));
    if (!clock || month < 1 || month > 12 || m != month || d != day || hour > 23 || minute > 59 ||
        second > 59)
        return false;
    std::int64_t millis = 0;
    if (take(rest, '.')) {
        std::int64_t scale = 100;
        if (rest.empty() || rest.front() < '0' || rest.front() > '9') return false;
        for (; !rest.empty() && rest.front() >= '0' && rest.front() <= '9'; rest.remove_prefix(1)) {
            millis += (rest.front() - '0') * scale;
            scale /= 10;
        }
    }
    int offset = 0;
    if (!take_zone(rest, offset) || !rest.empty()) return false;
    const auto days = days_from_civil(year, month, day);
    out.ms = ((days * 24 + hour) * 60 + minute - offset) * 60'000 + second * 1'000LL + millis;
    return true;
}

} // namespace

std::string format_rfc3339(Timestamp t) {
    constexpr std::int64_t day_ms = 86'400'000;
    const std::int64_t days = t.ms >= 0 ? t.ms / day_ms : -((-t.ms + day_ms - 1) / day_ms);
    const std::int64_t of_day = t.ms - days * day_ms;
    const auto [year, month, day] = civil_from_days(days);
    auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", year, month, day,
                            of_day / 3'600'000, of_day / 60'000 % 60, of_day / 1'000 % 60);
    if (const auto millis = of_day % 1'000; millis != 0) {
        text += fmt::format(".{:03}", millis);
        while (text.back() == '0') text.pop_back();
    }
    return text + "Z";
}

Result<Timestamp> parse_timestamp(std::string_view text) {
    // To the millisecond; beyond these seconds it would not fit.
    const auto number = parse_number(text);
    if (number && std::fabs(*number) < 9.2e15)
        return Timestamp{static_cast<std::int64_t>(std::round(*number * 1e3))};
    Timestamp t;
    if (parse_rfc3339(text, t)) return t;
    return Error{ErrorKind::InvalidInput,
                 fmt::format("cannot parse \"{}\" to a valid timestamp", text)};
}

Result<Duration> parse_duration(std::string_view text) {
    if (text == "0") return Duration{};
    std::int64_t total = 0;
    std::size_t next_unit = 0;
    auto rest = text;
    if (rest.empty()) return Error{ErrorKind::InvalidInput, "empty duration string"};
    while (!rest.empty()) {
        std::int64_t number = 0;
        const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        if (failed != std::errc() || rest.front() == '-') return not_a_duration(text);
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        const auto letters = std::min(rest.find_first_of("0123456789"), rest.size());
        std::size_t unit = next_unit;
        while (unit < kUnits.size() && kUnits[unit].name != rest.substr(0, letters)) ++unit;
        if (unit == kUnits.size()) return not_a_duration(text);
        if (number > (kLongestMs - total) / kUnits[unit].ms)
            return Error{ErrorKind::InvalidInput, "duration out of range"};
        total += number * kUnits[unit].ms;
        next_unit = unit + 1;
        rest.remove_prefix(letters);
    }
    return Duration{total};
}

std::string format_duration(Duration d) {
    if (d.ms == 0) return "0s";
    std::string text = d.ms < 0 ? "-" : "";
    auto rest = static_cast<std::uint64_t>(d.ms < 0 ? -d.ms : d.ms);
    // Years, weeks and days are used only where nothing is left over, as Prometheus prints them.
    for (const auto& [name, ms] : kUnits) {
        const auto unit = static_cast<std::uint64_t>(ms);
        const bool exact_only = unit >= 86'400'000ULL;
        if (rest < unit || (exact_only && rest % unit != 0)) continue;
        text += fmt::format("{}{}", rest / unit, name);
        rest %= unit;
    }
    return text;
}

} // namespace keepwatch
