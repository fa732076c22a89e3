#include "cli/query_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cli/query_canvas.h"
#include "model/number.h"

namespace keepwatch::cli {
namespace {

constexpr std::size_t kTicksMax = 5;
constexpr std::size_t kCanvasColumnsMin = 10;

struct Scale {
    double low = 0;
    double high = 1;
    double step = 1; // Between ticks.

    // Halves, because the difference of two doubles may be more than a double can be.
    double part(double value) const { return (value / 2 - low / 2) / (high / 2 - low / 2); }
};

// The least of 1, 2 or 5 times a power of ten that is not below.
double round_step(double step) {
    const double power = std::pow(10, std::floor(std::log10(step)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= step) return factor * power;
    return 10 * power;
}

// At most one tick for two rows, so that each stands where it belongs.
Scale scale_of(double low, double high, std::size_t rows) {
    const auto ticks = static_cast<double>(std::clamp<std::size_t>(rows / 2, 2, kTicksMax));
    if (low == high) {
        const double margin = low == 0 ? 1 : std::abs(low) / 10;
        low -= margin;
        high += margin;
    }
    const double step = round_step(high / (ticks - 1) - low / (ticks - 1));
    const Scale scale{std::floor(low / step) * step, std::ceil(high / step) * step, step};
    const bool is_usable = std::isfinite(scale.low) && std::isfinite(scale.high) &&
                           scale.low < scale.high && scale.low + step > scale.low;
    return is_usable ? scale : Scale{low, high, high / 2 - low / 2};
}

struct Extent {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();

    bool empty() const { return low > high; }
    void include(double value) {
        if (!std::isfinite(value)) return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
};

std::string short_number(double value) {
    if (!std::isfinite(value)) return format_number(value);
    return fmt::format("{:.4g}", value == 0 ? 0 : value); // Never "-0".
}

// Ticks by the row they stand in, "" for rows without one.
std::vector<std::string> tick_labels(const Scale& scale, std::size_t rows) {
    std::vector<std::string> labels(rows);
    const auto last = static_cast<double>(rows - 1);
    for (std::size_t i = 0; i <= 2 * kTicksMax; ++i) {
        double value = scale.low + static_cast<double>(i) * scale.step;
        if (std::abs(value) < scale.step / 1e6) value = 0;
        if (value > scale.high + scale.step / 2) break;
        const auto row = std::lround((1 - scale.part(value)) * last);
        labels[static_cast<std::size_t>(std::clamp<long>(row, 0, std::lround(last)))] =
            short_number(value);
    }
    return labels;
}

class TimeAxis {
public:
    explicit TimeAxis(const PlotFrame& frame)
        : start_(frame.start), span_(std::max<std::int64_t>(1, (frame.end - frame.start).ms)) {}

    double part(Timestamp t) const {
        return static_cast<double>((t - start_).ms) / static_cast<double>(span_);
    }

    std::string line(std::size_t columns) const {
        const auto left = label(start_);
        const auto right = label(start_ + Duration{span_});
        const auto date = format_rfc3339(start_).substr(0, 10) + " UTC";
        const auto used = left.size() + right.size() + date.size();
        if (columns < used + 4)
            return left +
                   std::string(columns > left.size() + right.size()
                                   ? columns - left.size() - right.size()
                                   : 1,
                               ' ') +
                   right;
        const auto gap = columns - used;
        return left + std::string(gap / 2, ' ') + date + std::string(gap - gap / 2, ' ') + right;
    }

private:
    // `05:22:39`, or with the day where there is more than one.
    std::string label(Timestamp t) const {
        const auto text = format_rfc3339(t);
        return span_ <= hours(24).ms ? text.substr(11, 8)
                                     : text.substr(5, 5) + " " + text.substr(11, 5);
    }

    Timestamp start_;
    std::int64_t span_;
};

void draw(Canvas& canvas, const promql::MatrixSeries& series, std::size_t owner, const Scale& scale,
          const PlotFrame& frame) {
    const TimeAxis axis(frame);
    const auto joined_max = frame.step.ms > 0 ? frame.step + Duration{frame.step.ms / 2}
                                              : Duration{std::numeric_limits<std::int64_t>::max()};
    const Sample* before = nullptr;
    for (const auto& sample : series.samples) {
        const bool is_shown =
            std::isfinite(sample.value) && sample.t >= frame.start && sample.t <= frame.end;
        if (!is_shown) {
            before = nullptr;
            continue;
        }
        const auto point = canvas.point(axis.part(sample.t), scale.part(sample.value));
        if (before != nullptr && sample.t - before->t <= joined_max)
            canvas.line(canvas.point(axis.part(before->t), scale.part(before->value)), point,
                        owner);
        else
            canvas.dot(point, owner);
        before = &sample;
    }
}

// The labels that all series share, which the legend need not repeat.
Labels common_labels(const promql::MatrixValue& matrix) {
    auto common = matrix.front().labels;
    for (const auto& series : matrix) {
        LabelsBuilder kept(common);
        for (const auto& label : common)
            if (series.labels.get(label.name) != label.value) kept.erase(label.name);
        common = kept.build();
    }
    return common;
}

Labels without(const Labels& labels, const Labels& common) {
    LabelsBuilder rest(labels);
    for (const auto& label : common) rest.erase(label.name);
    return rest.build();
}

std::string legend(const promql::MatrixValue& matrix, const Canvas& canvas) {
    const auto common = matrix.size() > 1 ? common_labels(matrix) : Labels{};
    std::string text;
    if (!common.empty()) text += fmt::format("  {}\n", common.to_string());
    for (std::size_t i = 0; i < std::min(matrix.size(), kPlotSeriesMax); ++i) {
        Extent extent;
        for (const auto& sample : matrix[i].samples) extent.include(sample.value);
        const auto& samples = matrix[i].samples;
        const auto range = extent.empty() ? "no finite value"
                                          : fmt::format("{} to {}", short_number(extent.low),
                                                        short_number(extent.high));
        const auto last = samples.empty() ? "" : ", last " + short_number(samples.back().value);
        text += fmt::format("  {} {}  {}{}\n", canvas.mark(i),
                            without(matrix[i].labels, common).to_string(), range, last);
    }
    if (matrix.size() > kPlotSeriesMax)
        text += fmt::format("  {} more series are not drawn\n", matrix.size() - kPlotSeriesMax);
    return text;
}

} // namespace

std::string plot(const promql::MatrixValue& matrix, const PlotFrame& frame) {
    if (matrix.empty()) return "no data\n";
    const auto drawn = std::min(matrix.size(), kPlotSeriesMax);
    Extent extent;
    for (std::size_t i = 0; i < drawn; ++i)
        for (const auto& sample : matrix[i].samples) extent.include(sample.value);
    const auto rows = std::max<std::size_t>(2, frame.rows);
    const auto scale = extent.empty() ? Scale{} : scale_of(extent.low, extent.high, rows);
    const auto labels = tick_labels(scale, rows);
    std::size_t width = 0;
    for (const auto& label : labels) width = std::max(width, label.size());
    const auto columns =
        std::max(kCanvasColumnsMin, frame.columns - std::min(frame.columns, width + 3));
    Canvas canvas(columns, rows, drawn > 1 ? frame.colour : Colour::Yes, drawn);
    for (std::size_t i = 0; i < drawn; ++i) draw(canvas, matrix[i], i, scale, frame);

    std::string text;
    for (std::size_t row = 0; row < rows; ++row)
        text += fmt::format("{:>{}} {}{}\n", labels[row], width, labels[row].empty() ? "│" : "┤",
                            canvas.row(row));
    std::string rule;
    for (std::size_t i = 0; i < columns; ++i) rule += "─";
    text += fmt::format("{:>{}} └{}\n", "", width, rule);
    text += fmt::format("{:>{}}  {}\n", "", width, TimeAxis(frame).line(columns));
    return text + legend(matrix, canvas);
}

} // namespace keepwatch::cli
