#include "promql/ast.h"

namespace keepwatch::promql {

std::string_view VectorSelector::name() const {
    if (!metric.empty()) return metric;
    for (const auto& matcher : matchers)
        if (matcher.op() == series::MatchOp::Equal && matcher.name() == kNameLabel)
            return matcher.value();
    return {};
}

const Expr& without_parens(const Expr& expr) {
    const Expr* at = &expr;
    while (const auto* paren = std::get_if<Paren>(&at->node)) at = paren->inner.get();
    return *at;
}

} // namespace keepwatch::promql
