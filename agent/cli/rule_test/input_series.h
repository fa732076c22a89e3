#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/labels.h"
#include "model/result.h"

// The notation for input series in tests of rules, as promtool reads it:
// https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
namespace keepwatch::cli::rule_test {

// One value for each interval from the start on; nothing for `_`, a staleness marker for `stale`.
using Slots = std::vector<std::optional<double>>;

inline constexpr std::size_t kSlotsMax = 1'000'000; // Of one series.

// `up{job="kafka"}`, `{}`, `{"name.with.dots"}`.
Result<Labels> parse_metric(std::string_view text);

// `1 2 _ stale 3x4 1+2x5 10-1x10 _x3`, between blanks. Native histograms are refused by name.
// Only ours has words that are repeated: `NaNx8`, `stalex2`.
enum class Notation : std::uint8_t { Promtool, Ours };
Result<Slots> parse_slots(std::string_view text, Notation notation = Notation::Promtool);

struct InputSeries {
    Labels labels;
    Slots slots;
};

// A series and its values on one line.
Result<InputSeries> parse_input_series(std::string_view line);

} // namespace keepwatch::cli::rule_test
