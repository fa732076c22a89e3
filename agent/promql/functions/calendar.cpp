#include <chrono>
#include <cmath>

#include "promql/functions/element.h"

namespace keepwatch::promql::functions {
namespace {

using Days = std::chrono::sys_days;
using Seconds = std::chrono::sys_seconds;

// Beyond about the year 30000 the calendar of std::chrono ends; nothing sensible lies there.
constexpr double kSecondsMax = 9e11;

// NaN and what is out of range count as the epoch.
Seconds moment(double seconds) {
    if (!(std::fabs(seconds) < kSecondsMax)) seconds = 0;
    return Seconds(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

Days day(double seconds) {
    return std::chrono::floor<std::chrono::days>(moment(seconds));
}
std::chrono::year_month_day date(double seconds) {
    return {day(seconds)};
}

double number(unsigned value) {
    return value;
}

} // namespace

double day_of_month(double seconds, Parameters) {
    return number(static_cast<unsigned>(date(seconds).day()));
}

double day_of_week(double seconds, Parameters) {
    return number(std::chrono::weekday(day(seconds)).c_encoding());
}

double day_of_year(double seconds, Parameters) {
    const Days new_year(date(seconds).year() / std::chrono::January / 1);
    return static_cast<double>((day(seconds) - new_year).count() + 1);
}

double days_in_month(double seconds, Parameters) {
    const auto today = date(seconds);
    return number(static_cast<unsigned>((today.year() / today.month() / std::chrono::last).day()));
}

double hour(double seconds, Parameters) {
    const auto of_day = moment(seconds) - day(seconds);
    return static_cast<double>(std::chrono::floor<std::chrono::hours>(of_day).count());
}

double minute(double seconds, Parameters) {
    const auto of_day = moment(seconds) - day(seconds);
    return static_cast<double>(std::chrono::floor<std::chrono::minutes>(of_day).count() % 60);
}

double month(double seconds, Parameters) {
    return number(static_cast<unsigned>(date(seconds).month()));
}

double year(double seconds, Parameters) {
    return static_cast<int>(date(seconds).year());
}

} // namespace keepwatch::promql::functions
