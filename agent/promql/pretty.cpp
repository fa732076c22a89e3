#include "promql/pretty.h"

#include "promql/functions/function.h"
#include "promql/print.h"
#include "promql/print_parts.h"

namespace keepwatch::promql {
namespace {

constexpr std::size_t kLineBytesMax = 100;
constexpr std::size_t kIndent = 2;

std::string margin(std::size_t depth) {
    return std::string(depth * kIndent, ' ');
}

std::string lay_out(const Expr& expr, std::size_t depth);

// Lays out a node that is too long for one line.
struct Layout {
    std::size_t depth;

    template <class Leaf> std::string operator()(const Leaf&) const { return {}; } // Stays whole.
    std::string operator()(const Paren& paren) const {
        return margin(depth) + "(\n" + lay_out(*paren.inner, depth + 1) + "\n" + margin(depth) +
               ")";
    }
    std::string operator()(const Binary& binary) const {
        return lay_out(*binary.left, depth + 1) + "\n" + margin(depth) + print_between(binary) +
               "\n" + lay_out(*binary.right, depth + 1);
    }
    std::string operator()(const Aggregate& aggregate) const {
        auto text = margin(depth) + print_heading(aggregate) + "(\n";
        if (aggregate.parameter) text += lay_out(*aggregate.parameter, depth + 1) + ",\n";
        return text + lay_out(*aggregate.operand, depth + 1) + "\n" + margin(depth) + ")";
    }
    std::string operator()(const Call& call) const {
        std::string arguments;
        for (const auto& argument : call.arguments) {
            if (!arguments.empty()) arguments += ",\n";
            arguments += lay_out(*argument, depth + 1);
        }
        return margin(depth) + std::string(call.function->name) + "(\n" + arguments + "\n" +
               margin(depth) + ")";
    }
    std::string operator()(const Subquery& subquery) const {
        return lay_out(*subquery.operand, depth) + print_tail(subquery);
    }
    // The sign stands at the margin, and its operand behind it.
    std::string operator()(const Unary& unary) const {
        const auto operand = lay_out(*unary.operand, depth);
        return margin(depth) + (unary.is_negative ? "-" : "+") +
               operand.substr(operand.find_first_not_of(' '));
    }
};

std::string lay_out(const Expr& expr, std::size_t depth) {
    const auto line = print(expr);
    if (line.size() > kLineBytesMax) {
        if (auto lines = std::visit(Layout{depth}, expr.node); !lines.empty()) return lines;
    }
    // Prometheus does not indent a subquery that fits on its line.
    return std::holds_alternative<Subquery>(expr.node) ? line : margin(depth) + line;
}

} // namespace

std::string pretty(const Expr& expr) {
    return lay_out(expr, 0);
}

} // namespace keepwatch::promql
