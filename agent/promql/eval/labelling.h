#pragma once

#include "promql/eval/evaluation.h"

namespace keepwatch::promql {

// Labels that say what a value is, and so belong to no other: `__name__`, `__type__`, `__unit__`.
bool is_metadata_label(std::string_view name);
const std::vector<std::string>& metadata_labels();
Labels without_metadata(const Labels& labels);

// What becomes of elements that have new values: their names go, at once or when the query ends.
// Refuses two elements of the same labels, in Prometheus's words, where that ends in an error.
Result<VectorValue> renamed(Evaluation& evaluation, const Expr& node, const Moment& now,
                            VectorValue vector);

// Refuses two elements of the same labels, if names are taken off at once or on a grid; else that
// is left for the end of the query, when the names are gone.
Result<VectorValue> checked(Evaluation& evaluation, const Expr& node, const Moment& now,
                            VectorValue vector);

// Refuses two elements of the same labels.
Result<VectorValue> unique(VectorValue vector);

// The result of a query: names are gone where they had to go.
Result<VectorValue> finished(Evaluation& evaluation, VectorValue vector);

} // namespace keepwatch::promql
