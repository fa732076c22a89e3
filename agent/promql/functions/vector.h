#pragma once

#include "promql/functions/function.h"

// Functions of whole vectors, and those without any.
namespace keepwatch::promql::functions {

// absent.cpp
Result<VectorValue> absent(const CallSite& site);
Result<VectorValue> absent_over_time(const CallSite& site);

// conversion.cpp
Result<double> end(const CallSite& site); // Of the query, and so its start, range and step.
Result<double> max_of(const CallSite& site);
Result<double> min_of(const CallSite& site);
Result<double> pi(const CallSite& site);
Result<double> range(const CallSite& site);
Result<double> scalar(const CallSite& site);
Result<double> start(const CallSite& site);
Result<double> step(const CallSite& site);
Result<double> time(const CallSite& site);
Result<VectorValue> start_timestamp(const CallSite& site);
Result<VectorValue> timestamp(const CallSite& site);
Result<VectorValue> vector(const CallSite& site);
Result<VectorValue> clamp(const CallSite& site);

// histogram.cpp
Result<VectorValue> histogram_fraction(const CallSite& site);
Result<VectorValue> histogram_quantile(const CallSite& site);
Result<VectorValue> histogram_quantiles(const CallSite& site);
Result<VectorValue> of_native_histogram(const CallSite& site); // histogram_sum() and its like

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
