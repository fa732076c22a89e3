#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "exposition/page_reader.h"
#include "exposition/series_text.h"

namespace keepwatch::exposition {

// What follows a series on its line.
struct Measure {
    double value = 0;
    std::optional<Timestamp> at;
};

// What the lines of a text format are like, for whoever goes through them.
struct LineRules {
    enum class Kind : std::uint8_t { Nothing, Comment, Sample };

    Blanks blanks;
    std::string_view end; // The line that must be the last; "" if the format has none.

    // Takes blanks off the line's beginning, where they mean nothing.
    Kind (*kind)(std::string_view& line);
    std::optional<Fault> (*check_comment)(std::string_view line);
    // Offsets of faults count from the start of `rest`, which is what follows the series.
    std::optional<Fault> (*read_measure)(std::string_view rest, const Limits& limits,
                                         Measure& into);
    // Whether the page was cut short, as far as its last bytes say.
    bool (*is_cut)(std::string_view page);
};

// Prometheus text 0.0.4, as Prometheus's own parser takes it.
// https://prometheus.io/docs/instrumenting/exposition_formats/
// https://github.com/prometheus/prometheus/blob/main/model/textparse/promlex.l
extern const LineRules kTextRules;

// OpenMetrics text 1.0. Exemplars are checked and passed over.
// https://prometheus.io/docs/specs/om/open_metrics_spec/
// https://github.com/prometheus/prometheus/blob/main/model/textparse/openmetricslex.l
extern const LineRules kOpenMetricsRules;

// Whether a line that begins with the text of a series is a line of that series and not of one
// with a longer name or with labels.
bool continues(std::string_view series, std::string_view line);

} // namespace keepwatch::exposition
