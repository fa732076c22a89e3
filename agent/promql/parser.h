#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/result.h"
#include "promql/ast.h"
#include "promql/check.h"
#include "promql/token.h"

namespace keepwatch::promql {

using MutableExpr = std::shared_ptr<Expr>; // While modifiers may still be added to it.

// Recursive descent with precedence climbing. One instance reads one text. The grammar is spread
// over three files: parser.cpp has operators and literals, parser_selectors.cpp what follows a
// metric's name, parser_calls.cpp functions and aggregations.
class Parser {
public:
    explicit Parser(std::string_view text);
    Result<ExprPtr> parse();

private:
    Result<MutableExpr> expression(int precedence_min);
    Result<MutableExpr> unary();
    Result<MutableExpr> postfix();
    Result<MutableExpr> primary();
    Result<MutableExpr> paren();
    Result<MutableExpr> number();
    Result<MutableExpr> word();
    Result<MutableExpr> binary(MutableExpr left, BinaryOp op, const Token& symbol);
    Result<Matching> matching_modifiers();

    Result<MutableExpr> selector();
    Result<void> matchers(VectorSelector& into, Span& span);
    Result<void> matcher(VectorSelector& into);
    Result<series::MatchOp> match_operator();
    Result<void> brackets(MutableExpr& expr);
    Result<void> range_of(MutableExpr& expr, const Span& bracket, Duration range);
    Result<void> offset(Expr& expr);
    Result<void> at(Expr& expr);
    Result<void> at_timestamp(Shift& shift);
    Result<Duration> duration(std::string_view place);
    Result<Duration> positive_duration(std::string_view place);

    Result<MutableExpr> aggregate();
    Result<MutableExpr> call();
    Result<std::vector<ExprPtr>> arguments(Span& span);
    Result<std::vector<std::string>> grouping_labels();

    const Token& peek(std::size_t ahead = 0) const;
    Token take();
    bool take_if(std::string_view symbol);
    bool take_keyword_if(std::string_view lower);
    // What was found instead of what; either part may be left out.
    Error unexpected(std::string_view place = {}, std::string_view wanted = {}) const;
    Result<MutableExpr> make(Expr::Node node, const Span& span) const;

    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    std::uint32_t depth_ = 0;
    TypeChecker check_;
};

// From the beginning of one to the end of the other.
Span join(const Span& first, const Span& last);

} // namespace keepwatch::promql
