#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "model/result.h"
#include "promql/ast.h"
#include "promql/features.h"
#include "promql/notes.h"
#include "promql/value.h"
#include "series/source.h"

namespace keepwatch::promql {

class Evaluation;

struct Limits {
    std::uint64_t samples_max = 50'000'000; // Held at once by one query.
    std::uint64_t steps_max = 1'000'000;    // Moments of a range query or of one subquery.
};

struct Options {
    Duration lookback = minutes(5);     // How old a sample an instant selector still takes.
    Duration default_step = minutes(1); // Of subqueries such as `x[5m:]`.
    Limits limits{};
    // Asked now and then during a long query; the error it gives (Timeout or Cancelled) ends it.
    std::function<std::optional<Error>()> interrupted{};
    Features features{};
};

// Moments further from 1970 than this are refused: adding a range or an offset could overflow.
inline constexpr std::int64_t kTimestampMsMax = 4'000'000'000'000'000'000;

// Why an expression cannot be the subject of a range query, if it is a string or a range vector.
// The HTTP API asks before it evaluates, as the answer is "bad_data".
std::optional<Error> unfit_for_range(const Expr& expr);

// Answers queries over a source. Keeps nothing from one query to the next. The source must outlive
// it and must not change during a call. Errors are of the kinds that error.h explains.
class Evaluator {
public:
    explicit Evaluator(const series::SeriesSource& source, Options options = {});

    // The value at a moment: of the expression's own type, a range vector included. Elements come
    // in the order of the source unless a sorting function ordered them.
    Result<Value> instant(const Expr& expr, Timestamp at, Notes* notes = nullptr) const;

    // The values at start, start + step, … up to and including end, as a matrix sorted by labels;
    // a scalar becomes one series without labels. Refuses strings and range vectors.
    Result<Value> range(const Expr& expr, Timestamp start, Timestamp end, Duration step,
                        Notes* notes = nullptr) const;

private:
    const series::SeriesSource& source_;
    Options options_;
};

// One expression evaluated again and again, as rules are: its selectors are resolved once and
// again only when the source's generation() changes, and its buffers are reused. Gives what
// Evaluator::instant gives.
class StandingQuery {
public:
    StandingQuery(const series::SeriesSource& source, ExprPtr expr, Options options = {});
    ~StandingQuery();
    StandingQuery(StandingQuery&&) noexcept;
    StandingQuery& operator=(StandingQuery&&) noexcept;

    Result<Value> at(Timestamp t, Notes* notes = nullptr);
    const Expr& expr() const { return *expr_; }

private:
    ExprPtr expr_;
    Result<ExprPtr> computed_; // The same with all its durations computed.
    std::unique_ptr<Evaluation> evaluation_;
};

} // namespace keepwatch::promql
