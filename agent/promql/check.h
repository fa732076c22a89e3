#pragma once

#include <optional>
#include <string>

#include "model/result.h"
#include "promql/ast.h"
#include "promql/value.h"

namespace keepwatch::promql {

// `parse error: message` at a place.
Error parse_error(const Span& at, const std::string& message);

// Checks the types of nodes while the parser puts them together, and keeps the first complaint:
// Prometheus reports it only if the whole text is well-formed.
class TypeChecker {
public:
    const std::optional<Error>& first_error() const { return first_; }

    void selector(const VectorSelector& selector, const Span& at);
    void subquery(const Subquery& subquery, const Span& at);
    void unary(const Unary& unary, const Span& at);
    void binary(const Binary& binary, const Span& at, const Span& op);
    void aggregate(const Aggregate& aggregate);
    void call(const Call& call, const Span& at);

private:
    void complain(const Span& at, const std::string& message);
    void matching(const Binary& binary, const Span& at, const Span& op);
    void expect(const Expr& expr, ValueType wanted, const std::string& place);

    std::optional<Error> first_;
};

} // namespace keepwatch::promql
