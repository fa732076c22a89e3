#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/report.h"

namespace keepwatch::cli {

// A grid of characters that lines are drawn on. One series is drawn in braille, whose characters
// have two by four dots; several in braille of different colours, or without colours each in a
// letter of its own.
class Canvas {
public:
    Canvas(std::size_t columns, std::size_t rows, Colour colour, std::size_t series);

    struct Point {
        std::int64_t x = 0; // Dots from the left.
        std::int64_t y = 0; // Dots from the top.
    };
    // Parts in [0, 1] of the width, and of the height from below; others are moved to the edge.
    Point point(double right, double up) const;

    void dot(Point at, std::size_t series);
    void line(Point from, Point to, std::size_t series);

    std::string row(std::size_t row) const;     // Without blanks at its end.
    std::string mark(std::size_t series) const; // What the series looks like, for the legend.

private:
    struct Cell {
        std::uint8_t dots = 0;
        std::size_t series = 0; // That which was drawn last.
    };
    std::string painted(const std::string& text, std::size_t series) const;

    std::size_t columns_;
    std::size_t rows_;
    Colour colour_;
    std::size_t series_;
    std::vector<Cell> cells_;
};

} // namespace keepwatch::cli
