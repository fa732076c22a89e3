#include <array>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "model/time.h"
#include "templating/functions.h"
#include "templating/go_format.h"

// Numbers for people, digit for digit as Prometheus writes them.
// https://github.com/prometheus/common/blob/main/helpers/templates/time.go
namespace keepwatch::templating {
namespace {

using Prefixes = std::array<std::string_view, 8>;
constexpr Prefixes kLarge{"k", "M", "G", "T", "P", "E", "Z", "Y"};
constexpr Prefixes kBinary{"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};
constexpr Prefixes kSmall{"m", "u", "n", "p", "f", "a", "z", "y"};

std::string four_digits(double value) {
    return float_with_precision(value, 'g', 4);
}

std::string scaled_down(double value, const Prefixes& prefixes, double step) {
    std::string_view prefix;
    for (const auto next : prefixes) {
        if (std::fabs(value) < step) break;
        prefix = next;
        value /= step;
    }
    return four_digits(value).append(prefix);
}

std::string scaled_up(double value) {
    std::string_view prefix;
    for (const auto next : kSmall) {
        if (std::fabs(value) >= 1) break;
        prefix = next;
        value *= 1000;
    }
    return four_digits(value).append(prefix);
}

Result<Value> run_humanize(const Call& call) {
    KW_TRY(const double value, number_argument(call, 0));
    if (value == 0 || !std::isfinite(value)) return Value{four_digits(value)};
    return Value{std::fabs(value) >= 1 ? scaled_down(value, kLarge, 1000) : scaled_up(value)};
}

Result<Value> run_humanize1024(const Call& call) {
    KW_TRY(const double value, number_argument(call, 0));
    if (std::fabs(value) <= 1 || !std::isfinite(value)) return Value{four_digits(value)};
    return Value{scaled_down(value, kBinary, 1024)};
}

// From a minute on in whole seconds; below, with four digits.
std::string long_duration(double value) {
    const std::string sign = value < 0 ? "-" : "";
    const double size = std::fabs(value);
    if (size >= 9.2e18) return sign + four_digits(size) + "s";
    const auto whole = static_cast<std::int64_t>(size);
    const auto s = whole % 60;
    const auto m = whole / 60 % 60;
    const auto h = whole / 3600 % 24;
    const auto d = whole / 86400;
    if (d != 0) return fmt::format("{}{}d {}h {}m {}s", sign, d, h, m, s);
    if (h != 0) return fmt::format("{}{}h {}m {}s", sign, h, m, s);
    if (m != 0) return fmt::format("{}{}m {}s", sign, m, s);
    return sign + four_digits(size) + "s";
}

Result<Value> run_humanize_duration(const Call& call) {
    KW_TRY(const double value, number_argument(call, 0));
    if (!std::isfinite(value)) return Value{four_digits(value)};
    if (value == 0) return Value{four_digits(value) + "s"};
    return Value{std::fabs(value) >= 1 ? long_duration(value) : scaled_up(value) + "s"};
}

Result<Value> run_humanize_percentage(const Call& call) {
    KW_TRY(const double value, number_argument(call, 0));
    return Value{four_digits(value * 100) + "%"};
}

Result<Value> run_humanize_timestamp(const Call& call) {
    KW_TRY(const double value, number_argument(call, 0));
    if (!std::isfinite(value)) return Value{four_digits(value)};
    if (std::fabs(value) > 9.2e9)
        return Error{ErrorKind::InvalidInput,
                     shortest_float(value) +
                         " is too far from 1970 for a timestamp in nanoseconds"};
    auto text = format_rfc3339({static_cast<std::int64_t>(std::floor(value * 1e3))});
    text[text.find('T')] = ' ';
    text.replace(text.size() - 1, 1, " +0000 UTC");
    return Value{std::move(text)};
}

Result<Value> run_parse_duration(const Call& call) {
    KW_TRY(const auto text, text_argument(call, 0));
    KW_TRY(const auto duration, keepwatch::parse_duration(text));
    return Value{duration.seconds()};
}

Result<Value> run_now(const Call& call) {
    return Value{call.context.now.seconds()};
}

constexpr Function kFunctions[] = {
    {"humanize", 1, 1, run_humanize},
    {"humanize1024", 1, 1, run_humanize1024},
    {"humanizeDuration", 1, 1, run_humanize_duration},
    {"humanizePercentage", 1, 1, run_humanize_percentage},
    {"humanizeTimestamp", 1, 1, run_humanize_timestamp},
    {"parseDuration", 1, 1, run_parse_duration},
    {"now", 0, 0, run_now},
};

} // namespace

std::span<const Function> number_functions() {
    return kFunctions;
}

} // namespace keepwatch::templating
