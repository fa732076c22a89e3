#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/result.h"
#include "promql/ast.h"
#include "promql/features.h"
#include "promql/token.h"

namespace keepwatch::promql {

using MutableExpr = std::shared_ptr<Expr>; // While modifiers may still be added to it.
using MutableFormula = std::shared_ptr<DurationFormula>;

// Recursive descent with precedence climbing. One instance reads one text. The grammar is spread
// over some files: parser.cpp has operators and literals, parser_selectors.cpp what follows a
// metric's name, parser_durations.cpp what stands in brackets and behind `offset`,
// parser_matching.cpp what stands between an operator and its right side, parser_calls.cpp
// functions and aggregations.
class Parser {
public:
    Parser(std::string_view text, const Features& features);
    Result<ExprPtr> parse();

private:
    // Which construct an unexpected token is reported to stand in, and what was expected there.
    struct Place {
        std::string_view name;
        std::string_view wanted;
    };
    // While it lives, tokens that nothing else explains are unexpected in that place.
    class Inside {
    public:
        Inside(Parser& parser, Place place) : parser_(parser) { parser.places_.push_back(place); }
        ~Inside() { parser_.places_.pop_back(); }
        Inside(const Inside&) = delete;
        Inside& operator=(const Inside&) = delete;

    private:
        Parser& parser_;
    };

    Result<MutableExpr> expression(int precedence_min);
    Result<MutableExpr> unary();
    Result<MutableExpr> postfix();
    Result<MutableExpr> primary();
    Result<MutableExpr> paren();
    Result<MutableExpr> number();
    Result<double> number_value(const Token& literal) const;
    Result<MutableExpr> word();

    Result<MutableExpr> binary(MutableExpr left, BinaryOp op);
    Result<Matching> matching_modifiers();
    Result<void> fill_modifiers(Matching& into);
    Result<double> fill_value();
    Result<std::vector<std::string>> grouping_labels();

    Result<MutableExpr> selector();
    Result<void> matchers(VectorSelector& into, Span& span);
    Result<void> matcher(VectorSelector& into);
    Result<series::MatchOp> match_operator();
    Result<void> brackets(MutableExpr& expr);
    Result<void> range_of(MutableExpr& expr, const Span& bracket, const MutableFormula& range);
    Result<void> subquery_of(MutableExpr& expr, const MutableFormula& range);
    Result<void> offset(Expr& expr);
    Result<void> at(Expr& expr);
    Result<void> at_timestamp(const Expr& expr, Shift& shift);
    Result<void> extension(Expr& expr);

    Result<MutableFormula> duration(int precedence_min);
    Result<MutableFormula> duration_operand();
    Result<MutableFormula> duration_paren();
    Result<MutableFormula> duration_literal();
    Result<MutableFormula> duration_call();
    Result<MutableFormula> duration_bounds(const Token& name);
    Result<MutableFormula> positive_duration();
    Result<MutableFormula> offset_duration();
    Result<MutableFormula> signed_duration(const Token& sign, MutableFormula operand) const;
    Result<MutableFormula> combined(const Token& op, MutableFormula left,
                                    MutableFormula right) const;
    Result<void> take_duration(const MutableFormula& formula, Duration& fixed,
                               FormulaPtr& computed) const;

    Result<MutableExpr> aggregate();
    Result<MutableExpr> aggregate_of(const Token& name, Aggregate aggregate,
                                     std::vector<ExprPtr> given, const Span& span) const;
    Result<MutableExpr> call();
    Result<std::vector<ExprPtr>> arguments(Span& span);

    const Token& peek(std::size_t ahead = 0) const;
    Token take();
    bool take_if(std::string_view symbol);
    bool take_keyword_if(std::string_view lower);
    // What was found, and in which place instead of what: by default that of the innermost Inside.
    Error unexpected() const;
    Error unexpected(Place place) const;
    Result<MutableExpr> make(Expr::Node node, const Span& span) const;

    std::string_view text_;
    const Features& features_;
    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    std::uint32_t depth_ = 0;
    std::vector<Place> places_;
};

} // namespace keepwatch::promql
