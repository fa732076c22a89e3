#include "cli/query_plot.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

namespace {

using namespace keepwatch;
using promql::MatrixSeries;
using promql::MatrixValue;

const Timestamp kStart{1'700'000'000'000};

// A sample every ten seconds.
MatrixSeries series(Labels labels, const std::vector<double>& values) {
    MatrixSeries made{std::move(labels), {}};
    for (std::size_t i = 0; i < values.size(); ++i)
        made.samples.push_back({kStart + seconds(10) * static_cast<std::int64_t>(i), values[i]});
    return made;
}

cli::PlotFrame frame(std::int64_t steps) {
    cli::PlotFrame frame;
    frame.start = kStart;
    frame.end = kStart + seconds(10) * steps;
    frame.step = seconds(10);
    frame.columns = 30;
    frame.rows = 3;
    return frame;
}

} // namespace

TEST_CASE("cli::plot: one series in braille, with both axes") {
    const MatrixValue matrix{series(Labels{{"a", "b"}}, {0, 10})};
    CHECK(cli::plot(matrix, frame(1)) == "10 ┤                 ⣀⣀⠤⠤⠔⠒⠊⠉\n"
                                         "   │        ⣀⣀⡠⠤⠔⠒⠊⠉⠉\n"
                                         " 0 ┤⣀⡠⠤⠔⠒⠒⠉⠉\n"
                                         "   └─────────────────────────\n"
                                         "    22:13:20         22:13:30\n"
                                         "  ⣿ {a=\"b\"}  0 to 10, last 10\n");
}

TEST_CASE("cli::plot: several series in letters where there are no colours") {
    const MatrixValue matrix{series(Labels{{"a", "1"}, {"job", "k"}}, {1, 1, 1}),
                             series(Labels{{"a", "2"}, {"job", "k"}}, {3, 3, 3})};
    CHECK(cli::plot(matrix, frame(2)) == "4 ┤++++++++++++++++++++++++++\n"
                                         "2 ┤\n"
                                         "0 ┤**************************\n"
                                         "  └──────────────────────────\n"
                                         "   22:13:20          22:13:40\n"
                                         "  {job=\"k\"}\n"
                                         "  * {a=\"1\"}  1 to 1, last 1\n"
                                         "  + {a=\"2\"}  3 to 3, last 3\n");
    auto coloured = frame(2);
    coloured.colour = cli::Colour::Yes;
    CHECK(cli::plot(matrix, coloured).find("\x1b[33m⣿\x1b[0m {a=\"2\"}") != std::string::npos);
}

TEST_CASE("cli::plot: a gap is not bridged, and what is no number is no point") {
    const double nan = std::nan("");
    const auto first_line = [](const MatrixValue& matrix, const cli::PlotFrame& frame) {
        const auto text = cli::plot(matrix, frame);
        return text.substr(0, text.find('\n'));
    };
    auto flat = frame(4);
    flat.rows = 2;
    const auto whole = cli::plot({series({}, {5, 5, 5, 5, 5})}, flat);
    const auto gapped = cli::plot({series({}, {5, 5, nan, 5, 5})}, flat);
    CHECK(whole.find(' ' + std::string("⠉")) == std::string::npos);
    CHECK(whole != gapped);
    CHECK(first_line({series({}, {nan, nan})}, flat).find("⠉") == std::string::npos);
    CHECK(cli::plot({series({}, {nan})}, flat).find("{}  no finite value, last NaN") !=
          std::string::npos);
}

TEST_CASE("cli::plot: any values and any frame") {
    const double huge = std::numeric_limits<double>::max();
    const double inf = std::numeric_limits<double>::infinity();
    const double tiny = std::numeric_limits<double>::denorm_min();
    for (const auto& values : {std::vector<double>{},
                               {0},
                               {-0.0, 0},
                               {huge, -huge},
                               {huge, huge},
                               {tiny, 0},
                               {tiny, tiny},
                               {inf, -inf, 1},
                               {1e9, 1e9 + 1e-7},
                               {1, 1 + 1e-16},
                               {-5, -4}}) {
        for (const std::size_t columns : {0U, 1U, 12U, 200U}) {
            for (const std::size_t rows : {0U, 1U, 2U, 40U}) {
                auto odd = frame(values.empty() ? 0 : 1);
                odd.columns = columns;
                odd.rows = rows;
                const auto text = cli::plot({series({}, values), series({}, values)}, odd);
                CHECK(text.find("└") != std::string::npos);
            }
        }
    }
    CHECK(cli::plot({}, frame(1)) == "no data\n");
}

TEST_CASE("cli::plot: more series than can be told apart are counted") {
    MatrixValue many;
    for (int i = 0; i < 11; ++i)
        many.push_back(series(Labels{{"i", std::to_string(i)}}, {double(i), double(i)}));
    CHECK(cli::plot(many, frame(1)).find("  3 more series are not drawn\n") != std::string::npos);
}

TEST_CASE("cli::plot: over days the axis has the day") {
    auto days = frame(1);
    days.end = kStart + hours(72);
    days.columns = 60;
    const auto text = cli::plot({series({}, {1, 2})}, days);
    CHECK(text.find("11-14 22:13") != std::string::npos);
    CHECK(text.find("2023-11-14 UTC") != std::string::npos);
    CHECK(text.find("11-17 22:13") != std::string::npos);
}
