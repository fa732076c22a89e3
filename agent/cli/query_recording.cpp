#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cli/load.h"
#include "cli/query_sources.h"
#include "engine/engine.h"
#include "promql/evaluate.h"
#include "promql/parse.h"
#include "recording/recording.h"

namespace keepwatch::cli {
namespace {

constexpr std::int64_t kStepsShown = 150; // About the columns of a terminal.

// What people divide time by.
constexpr std::array kSteps{seconds(1),  seconds(2),  seconds(5), seconds(10), seconds(15),
                            seconds(30), minutes(1),  minutes(2), minutes(5),  minutes(10),
                            minutes(15), minutes(30), hours(1),   hours(2),    hours(6),
                            hours(12),   hours(24)};

Duration suitable_step(Duration span) {
    const auto* found = std::find_if(kSteps.begin(), kSteps.end(),
                                     [span](Duration step) { return step * kStepsShown >= span; });
    return found == kSteps.end() ? Duration{span.ms / kStepsShown} : *found;
}

// Everything that the recording's targets said. No rule runs.
engine::Setup setup_of(const recording::Recording& recording) {
    auto setup = setup_for(recording.header());
    setup.retain.all = true;
    setup.retention = std::max(hours(1), recording.last() - recording.first() + hours(1));
    return setup;
}

Result<Answer> evaluate(const promql::Expr& expr, const series::SeriesSource& source,
                        const QueryTimes& times, Timestamp first, Timestamp last) {
    const promql::Evaluator evaluator(source);
    promql::Notes notes;
    if (!times.is_range()) {
        KW_TRY(auto value, evaluator.instant(expr, times.at.value_or(last), &notes));
        return Answer{std::move(value), std::move(notes)};
    }
    if (auto unfit = promql::unfit_for_range(expr)) return *std::move(unfit);
    KW_TRY(const auto range, range_of(times, first, last));
    KW_TRY(auto value, evaluator.range(expr, range.start, range.end, range.step, &notes));
    return Answer{std::move(value), std::move(notes)};
}

} // namespace

Result<Range> range_of(const QueryTimes& times, Timestamp first, Timestamp last) {
    const auto end = times.end.value_or(std::max(last, times.start.value_or(last)));
    const auto start = times.start.value_or(std::min(first, end));
    if (end < start)
        return Error{ErrorKind::InvalidInput,
                     fmt::format("--end {} is before --start {}", format_rfc3339(end),
                                 format_rfc3339(start))};
    const auto step = times.step.value_or(suitable_step(end - start));
    if (step.ms <= 0) return Error{ErrorKind::InvalidInput, "--step must be more than 0s"};
    return Range{start, end, step};
}

Result<Answer> ask_recording(const std::string& path, const std::string& expr,
                             const QueryTimes& times) {
    KW_TRY(const auto parsed, promql::parse(expr));
    KW_TRY(auto recording, recording::Recording::open(path));
    engine::Engine engine(setup_of(recording));
    while (const auto event = recording.next()) (void)engine.apply(*event);
    if (!recording.damage().empty()) return recording.damage().front();
    return evaluate(*parsed, engine.everything(), times, recording.first(), recording.last());
}

} // namespace keepwatch::cli
