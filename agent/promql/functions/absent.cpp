#include <set>

#include "promql/eval/eval.h"
#include "promql/eval/labelling.h"
#include "promql/functions/vector.h"

namespace keepwatch::promql::functions {
namespace {

// What can be told of a series that is not there: the labels that a selector pins with `=`, each
// only if nothing behind that matches it too.
Labels pinned_labels(const Expr& argument) {
    const auto* selector = std::get_if<VectorSelector>(&without_parens(argument).node);
    if (selector == nullptr) return {};
    LabelsBuilder labels;
    std::set<std::string_view> pinned;
    for (const auto& matcher : selector->matchers) {
        if (is_metadata_label(matcher.name())) continue;
        const bool pins =
            matcher.op() == series::MatchOp::Equal && pinned.insert(matcher.name()).second;
        labels.set(matcher.name(), pins ? matcher.value() : "");
    }
    return labels.build();
}

VectorValue one_if(bool is_absent, const CallSite& site) {
    if (!is_absent) return {};
    return {{pinned_labels(site.argument(0)), site.now.t, 1}};
}

} // namespace

Result<VectorValue> absent(const CallSite& site) {
    KW_TRY(const auto found, eval_vector(site.evaluation, site.argument(0), site.now));
    return one_if(found.empty(), site);
}

Result<VectorValue> absent_over_time(const CallSite& site) {
    if (auto refused = check_extension(site.call, site.argument(0))) return *std::move(refused);
    bool is_absent = true;
    const auto see = [&](const Labels&, const Window&) { is_absent = false; };
    if (auto read = for_each_window(site.evaluation, site.argument(0), site.now, see); !read)
        return std::move(read).error();
    return one_if(is_absent, site);
}

} // namespace keepwatch::promql::functions
