#include "promql/eval/reference.h"

#include <vector>

#include "promql/functions/function.h"
#include "promql/types.h"

namespace keepwatch::promql {
namespace {

class ReferenceFinder {
public:
    explicit ReferenceFinder(const Evaluation& evaluation) : evaluation_(evaluation) {}

    // Whether the expression, below the subqueries entered so far, reads a selector.
    bool visit(const Expr& expr) {
        const auto type = type_of(expr);
        if (type != ValueType::Vector && type != ValueType::Matrix) return false;
        if (const auto* selector = std::get_if<VectorSelector>(&expr.node)) {
            see(reference_of(selector->shift));
            return true;
        }
        const auto* subquery = std::get_if<Subquery>(&expr.node);
        if (subquery != nullptr) around_.push_back(&subquery->shift);
        const bool reads = visit_children(expr);
        if (subquery != nullptr) around_.pop_back();
        if (!reads) is_uniform_ = false;
        return reads;
    }

    std::optional<Shift> found() const { return is_uniform_ ? found_ : std::nullopt; }

private:
    bool visit_children(const Expr& expr) {
        // The second argument of info() is no vector that is read at some time.
        if (const auto* call = std::get_if<Call>(&expr.node);
            call && call->function->name == "info")
            return visit(*call->arguments[0]);
        bool reads = false;
        for_each_child(expr, [&](const Expr& child) { reads = visit(child) || reads; });
        return reads;
    }

    // Offsets add up outwards until an `@` says which moment is meant.
    Shift reference_of(Shift shift) const {
        for (auto outer = around_.rbegin(); outer != around_.rend(); ++outer) {
            if (shift.anchor != Shift::Anchor::EvaluationTime) break;
            shift.offset = shift.offset + (*outer)->offset;
            shift.anchor = (*outer)->anchor;
            shift.fixed = (*outer)->fixed;
        }
        if (shift.anchor == Shift::Anchor::EvaluationTime) return shift;
        Shift fixed;
        fixed.anchor = Shift::Anchor::Fixed;
        fixed.fixed = evaluation_.shifted(shift, {});
        return fixed;
    }

    void see(const Shift& shift) {
        if (!found_) found_ = shift;
        is_uniform_ = is_uniform_ && found_->anchor == shift.anchor &&
                      found_->fixed == shift.fixed && found_->offset == shift.offset;
    }

    const Evaluation& evaluation_;
    std::vector<const Shift*> around_; // Of the subqueries, outermost first.
    std::optional<Shift> found_;
    bool is_uniform_ = true;
};

} // namespace

std::optional<Shift> common_reference(const Evaluation& evaluation, const Expr& expr) {
    ReferenceFinder finder(evaluation);
    finder.visit(expr);
    return finder.found();
}

} // namespace keepwatch::promql
