#pragma once

#include <string>

#include "promql/ast.h"

// What can be known of an expression's result without any data.
namespace keepwatch::alert {

// Whether it can lack an element although its series are there: it compares, or asks for absence.
bool can_be_empty(const promql::Expr& expr);

// Whether its elements have the label `instance` if the series do.
bool keeps_instance(const promql::Expr& expr);

// Whether it is empty or full by a single scrape that fails: it reads `up`, or the absence of a
// series, at one moment.
bool hangs_on_one_scrape(const promql::Expr& expr);

// A comparison or set operation of an expression with itself, as it is written; "" if there is
// none.
std::string compared_with_itself(const promql::Expr& expr);

// A selector of which two matchers exclude each other, as it is written; "" if there is none.
std::string contradiction(const promql::Expr& expr);

} // namespace keepwatch::alert
