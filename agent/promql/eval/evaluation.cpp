#include "promql/eval/evaluation.h"

namespace keepwatch::promql {
namespace {

constexpr std::uint64_t kGenerationsRemembered = 256;

} // namespace

void Evaluation::begin(const Grid& query) {
    query_ = query;
    notes = {};
    parameters.clear();
    repairs.clear();
    held_ = 0;
    ++query_number_;
    fixed_.clear();
    if (source.generation() == generation_) return;
    generation_ = source.generation();
    // What nodes made of labels stays true when series come and go. Now and then it is forgotten,
    // with the labels of all that have gone.
    if (++generations_seen_ % kGenerationsRemembered != 0) return;
    states_.clear();
    distinct_.clear();
}

Timestamp Evaluation::shifted(const Shift& shift, Timestamp t) const {
    switch (shift.anchor) {
    case Shift::Anchor::EvaluationTime:
        break;
    case Shift::Anchor::Fixed:
        t = shift.fixed;
        break;
    case Shift::Anchor::QueryStart:
        t = query_.first;
        break;
    case Shift::Anchor::QueryEnd:
        t = query_.last;
        break;
    }
    return t - shift.offset;
}

Result<void> Evaluation::hold(std::uint64_t samples) {
    held_ += samples;
    return pass(0);
}

Result<void> Evaluation::pass(std::uint64_t samples) const {
    if (held_ + samples <= options.limits.samples_max) return {};
    return Error{ErrorKind::LimitExceeded,
                 "query processing would load too many samples into memory in query execution"};
}

Result<void> Evaluation::poll() const {
    if (!options.interrupted) return {};
    if (auto error = options.interrupted()) return *std::move(error);
    return {};
}

} // namespace keepwatch::promql
