#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "promql/ast.h"
#include "promql/error.h"
#include "promql/eval/bucket_repairs.h"
#include "promql/eval/moment.h"
#include "promql/eval/parameter_extremes.h"
#include "promql/evaluate.h"
#include "promql/notes.h"
#include "promql/value.h"
#include "series/source.h"

namespace keepwatch::promql {

// What a node of the tree remembers from one moment to the next, such as how far it has read.
struct NodeState {
    virtual ~NodeState() = default;
};

// One query under way: the data, the limits, and what each node remembers.
class Evaluation {
public:
    enum class Lifetime : std::uint8_t { OneQuery, Standing };

    Evaluation(const series::SeriesSource& data, Options settings, Lifetime life)
        : source(data), options(std::move(settings)), lifetime(life) {}

    // Sets what `@ start()` and `@ end()` mean, and forgets the notes of the query before.
    void begin(const Grid& query);

    // The moment that a selector with this shift looks at when it is asked for time t.
    Timestamp shifted(const Shift& shift, Timestamp t) const;

    // Counts samples that are kept until the query ends; LimitExceeded beyond Limits::samples_max.
    Result<void> hold(std::uint64_t samples);
    // The same for samples that are only passing.
    Result<void> pass(std::uint64_t samples) const;
    // The error of Options::interrupted, if it has one.
    Result<void> poll() const;

    // Whether an expression is fixed in time, once that is known, and if so its value.
    struct Fixed {
        std::optional<bool> is_fixed;
        std::optional<VectorValue> value;
    };
    Fixed& fixed(const Expr& node) { return fixed_[&node]; }

    // The labels of a node's last vector that was seen to have no two alike; of the result's for a
    // null node.
    std::vector<Labels>& distinct(const Expr* node) { return distinct_[node]; }

    // The first and the last moment of the query.
    const Grid& query() const { return query_; }

    // Whether names go at the end only; until then elements are marked.
    bool delays_names() const { return options.features.delayed_name_removal; }

    // Of the source at the beginning of the query: what names series by their ids is worth no more
    // when it changes.
    std::uint64_t generation() const { return generation_; }

    // Tells one query from the next of a standing evaluation.
    std::uint64_t query_number() const { return query_number_; }

    template <class State> State& state(const Expr& node) { return state_at<State>(&node); }
    // What is remembered of the result as a whole.
    template <class State> State& result_state() { return state_at<State>(nullptr); }

    const series::SeriesSource& source;
    const Options options;
    const Lifetime lifetime;
    Notes notes;
    ParameterExtremes parameters; // Of aggregations, for notes that are of the whole query.
    BucketRepairs repairs;        // What histogram_quantile() repaired, for one more note.

private:
    template <class State> State& state_at(const Expr* node) {
        auto& slot = states_[node];
        if (!slot) slot = std::make_unique<State>();
        return static_cast<State&>(*slot);
    }

    Grid query_;
    std::uint64_t query_number_ = 0;
    std::uint64_t held_ = 0;
    std::uint64_t generation_ = 0;
    std::uint64_t generations_seen_ = 0;
    std::unordered_map<const Expr*, std::unique_ptr<NodeState>> states_;
    std::unordered_map<const Expr*, Fixed> fixed_;
    std::unordered_map<const Expr*, std::vector<Labels>> distinct_;
};

} // namespace keepwatch::promql
