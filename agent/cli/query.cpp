#include "cli/query.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/query_plot.h"
#include "cli/query_view.h"
#include "net/clock.h"

namespace keepwatch::cli {
namespace {

constexpr std::size_t kColumnsMin = 40;
constexpr std::size_t kColumnsMax = 200;

int complain(const Error& error, const std::string& expr) {
    fmt::print(stderr, "{}", pointed_out(error, expr));
    return kFailure;
}

std::size_t terminal_columns() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return PlotFrame{}.columns;
    return std::clamp<std::size_t>(size.ws_col, kColumnsMin, kColumnsMax);
}

// https://no-color.org
Colour terminal_colour() {
    const char* refused = std::getenv("NO_COLOR");
    const bool is_refused = refused != nullptr && *refused != '\0';
    return ::isatty(STDOUT_FILENO) != 0 && !is_refused ? Colour::Yes : Colour::No;
}

// The frame around all samples, or around what was asked for if that is known.
PlotFrame frame_of(const promql::MatrixValue& matrix, const QueryTimes& times) {
    PlotFrame frame;
    frame.columns = terminal_columns();
    frame.colour = terminal_colour();
    bool is_first = true;
    for (const auto& series : matrix) {
        for (const auto& sample : series.samples) {
            frame.start = is_first ? sample.t : std::min(frame.start, sample.t);
            frame.end = is_first ? sample.t : std::max(frame.end, sample.t);
            is_first = false;
        }
    }
    frame.start = times.start.value_or(frame.start);
    frame.end = times.end.value_or(frame.end);
    frame.step = times.step.value_or(Duration{});
    return frame;
}

std::string shown(const promql::Value& value, const QueryOptions& options) {
    using Format = QueryOptions::Format;
    if (options.format == Format::Json) return json_of(value) + "\n";
    const auto* matrix = std::get_if<promql::MatrixValue>(&value);
    const bool plots = options.format == Format::Plot ||
                       (options.format == Format::Suitable && options.times.is_range());
    if (matrix != nullptr && plots) return plot(*matrix, frame_of(*matrix, options.times));
    return table_of(value);
}

} // namespace

int query(const QueryOptions& options) {
    const auto answer =
        options.from.empty()
            ? ask_url(options.url, options.expr, options.times, net::RealClock().now())
            : ask_recording(options.from, options.expr, options.times);
    if (!answer) return complain(answer.error(), options.expr);
    for (const auto& note : answer->notes.warnings) fmt::print(stderr, "{}\n", note);
    for (const auto& note : answer->notes.infos) fmt::print(stderr, "{}\n", note);
    if (answer->notes.is_incomplete)
        fmt::print(stderr, "a range begins before the recording does: what it says is partial\n");
    fmt::print("{}", shown(answer->value, options));
    return kOk;
}

} // namespace keepwatch::cli
