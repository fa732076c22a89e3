#include <cmath>
#include <cstdint>
#include <limits>

#include "promql/functions/element.h"

namespace keepwatch::promql::functions {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kEraDays = 146'097; // Of 400 years.

struct Moment {
    std::int64_t days;   // Since 1970-01-01.
    std::int64_t of_day; // Seconds.
};

// What does not fit, NaN included, is taken for 2^63 s, in December 292277026596, which is where
// Prometheus's conversion ends on common processors.
Moment moment(double seconds) {
    constexpr double whole_max = 9223372036854775808.0; // 2^63
    if (!(seconds > -whole_max && seconds < whole_max)) {
        constexpr auto beyond = static_cast<std::uint64_t>(1) << 63U;
        return {static_cast<std::int64_t>(beyond / kDaySeconds),
                static_cast<std::int64_t>(beyond % kDaySeconds)};
    }
    const auto whole = static_cast<std::int64_t>(seconds);
    const auto of_day = ((whole % kDaySeconds) + kDaySeconds) % kDaySeconds;
    return {whole / kDaySeconds - (whole % kDaySeconds < 0 ? 1 : 0), of_day};
}

struct Date {
    std::int64_t year;
    std::int64_t month;
    std::int64_t day;
    std::int64_t of_year; // From 1.
};

bool is_leap(std::int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

// https://howardhinnant.github.io/date_algorithms.html, civil_from_days; years begin in March.
Date date(double seconds) {
    const std::int64_t z = moment(seconds).days + 719'468;
    const std::int64_t era = (z >= 0 ? z : z - kEraDays + 1) / kEraDays;
    const std::int64_t of_era = z - era * kEraDays;
    const std::int64_t year_of_era =
        (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t march_month = (5 * of_year + 2) / 153;
    const std::int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    const std::int64_t before_march = is_leap(year) ? 60 : 59;
    return {year, month, of_year - (153 * march_month + 2) / 5 + 1,
            month <= 2 ? of_year - 305 : of_year + before_march + 1};
}

double number(std::int64_t value) {
    return static_cast<double>(value);
}

} // namespace

double day_of_month(double seconds, Parameters) {
    return number(date(seconds).day);
}

double day_of_week(double seconds, Parameters) {
    const auto days = moment(seconds).days + 4; // 1970 began on a Thursday.
    return number(((days % 7) + 7) % 7);
}

double day_of_year(double seconds, Parameters) {
    return number(date(seconds).of_year);
}

double days_in_month(double seconds, Parameters) {
    const auto [year, month, day, of_year] = date(seconds);
    if (month == 2) return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

double hour(double seconds, Parameters) {
    return number(moment(seconds).of_day / 3600);
}
double minute(double seconds, Parameters) {
    return number(moment(seconds).of_day / 60 % 60);
}
double month(double seconds, Parameters) {
    return number(date(seconds).month);
}
double year(double seconds, Parameters) {
    return number(date(seconds).year);
}

} // namespace keepwatch::promql::functions
