#pragma once

#include "promql/functions/function.h"

// Functions of whole vectors, and those without any.
namespace keepwatch::promql::functions {

// absent.cpp
Result<VectorValue> absent(const CallSite& site);
Result<VectorValue> absent_over_time(const CallSite& site);

// conversion.cpp
Result<double> pi(const CallSite& site);
Result<double> scalar(const CallSite& site);
Result<double> time(const CallSite& site);
Result<VectorValue> timestamp(const CallSite& site);
Result<VectorValue> vector(const CallSite& site);
Result<VectorValue> clamp(const CallSite& site);

// histogram.cpp
Result<VectorValue> histogram_fraction(const CallSite& site);
Result<VectorValue> histogram_quantile(const CallSite& site);

// info.cpp
Result<VectorValue> info(const CallSite& site);

// label.cpp
Result<VectorValue> label_join(const CallSite& site);
Result<VectorValue> label_replace(const CallSite& site);

// sort.cpp
Result<VectorValue> sort(const CallSite& site);
Result<VectorValue> sort_by_label(const CallSite& site);
Result<VectorValue> sort_by_label_desc(const CallSite& site);
Result<VectorValue> sort_desc(const CallSite& site);

} // namespace keepwatch::promql::functions
