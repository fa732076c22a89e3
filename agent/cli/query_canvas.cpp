#include "cli/query_canvas.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

namespace keepwatch::cli {
namespace {

constexpr std::int64_t kDotsWide = 2;
constexpr std::int64_t kDotsHigh = 4;
constexpr std::array kLetters{'*', '+', 'x', 'o', '#', '@', '%', '&'};
constexpr std::array kColours{32, 33, 36, 35, 34, 31, 92, 96}; // SGR codes.

// Unicode numbers the dots of braille down the left column, down the right one, and then the two
// of the fourth row, which came later.
constexpr std::uint8_t kDotBits[kDotsHigh][kDotsWide] = {
    {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

// U+2800 and the dots, in UTF-8.
std::string braille(std::uint8_t dots) {
    return {'\xe2', static_cast<char>(0xa0 | dots >> 6), static_cast<char>(0x80 | (dots & 0x3f))};
}

std::int64_t dots_to(double part, std::size_t cells, std::int64_t dots_per_cell) {
    const auto last = static_cast<double>(cells) * static_cast<double>(dots_per_cell) - 1;
    return std::llround(std::clamp(part, 0.0, 1.0) * last);
}

} // namespace

Canvas::Canvas(std::size_t columns, std::size_t rows, Colour colour, std::size_t series)
    : columns_(columns), rows_(rows), colour_(colour), series_(series), cells_(columns * rows) {}

Canvas::Point Canvas::point(double right, double up) const {
    return {dots_to(right, columns_, kDotsWide), dots_to(1 - up, rows_, kDotsHigh)};
}

void Canvas::dot(Point at, std::size_t series) {
    const auto column = static_cast<std::size_t>(at.x / kDotsWide);
    const auto row = static_cast<std::size_t>(at.y / kDotsHigh);
    auto& cell = cells_[row * columns_ + column];
    cell.dots |= kDotBits[at.y % kDotsHigh][at.x % kDotsWide];
    cell.series = series;
}

void Canvas::line(Point from, Point to, std::size_t series) {
    const auto steps = std::max(std::abs(to.x - from.x), std::abs(to.y - from.y));
    if (steps == 0) return dot(to, series);
    for (std::int64_t i = 0; i <= steps; ++i) {
        const auto part = static_cast<double>(i) / static_cast<double>(steps);
        const auto between = [part](std::int64_t a, std::int64_t b) {
            return a + std::llround(part * static_cast<double>(b - a));
        };
        dot({between(from.x, to.x), between(from.y, to.y)}, series);
    }
}

std::string Canvas::row(std::size_t row) const {
    std::string text;
    std::string blanks;
    for (std::size_t column = 0; column < columns_; ++column) {
        const auto& cell = cells_[row * columns_ + column];
        if (cell.dots == 0) {
            blanks += ' ';
            continue;
        }
        const auto shown = colour_ == Colour::Yes
                               ? braille(cell.dots)
                               : std::string(1, kLetters[cell.series % kLetters.size()]);
        text += blanks + painted(shown, cell.series);
        blanks.clear();
    }
    return text;
}

std::string Canvas::mark(std::size_t series) const {
    if (colour_ == Colour::No) return {kLetters[series % kLetters.size()]};
    return painted(braille(0xff), series);
}

std::string Canvas::painted(const std::string& text, std::size_t series) const {
    if (colour_ == Colour::No || series_ == 1) return text;
    return fmt::format("\x1b[{}m{}\x1b[0m", kColours[series % kColours.size()], text);
}

} // namespace keepwatch::cli
