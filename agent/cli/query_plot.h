#pragma once

#include <cstddef>
#include <string>

#include "cli/report.h"
#include "model/time.h"
#include "promql/value.h"

namespace keepwatch::cli {

struct PlotFrame {
    Timestamp start; // What the width shows.
    Timestamp end;
    Duration step;            // Samples further apart are not joined by a line.
    std::size_t columns = 80; // Of the terminal.
    std::size_t rows = 16;    // Of the plot alone, without its axis and legend.
    Colour colour = Colour::No;
};

// At most so many series are drawn; the legend says how many are not.
inline constexpr std::size_t kPlotSeriesMax = 8;

// A matrix over time, in braille dots; several series in colours, or without those as letters.
std::string plot(const promql::MatrixValue& matrix, const PlotFrame& frame);

} // namespace keepwatch::cli
