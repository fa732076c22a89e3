#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "model/labels.h"
#include "model/sample.h"

namespace keepwatch::promql {

enum class ValueType : std::uint8_t { Scalar, String, Vector, Matrix };

struct ScalarValue {
    Timestamp t;
    double value = 0;
};
struct StringValue {
    Timestamp t;
    std::string text;
};
struct VectorElement {
    Labels labels;
    Timestamp t; // Of the evaluation, as in Prometheus's API.
    double value = 0;
    bool loses_name = false; // While it is computed: the metric's name goes at the end.
};
using VectorValue = std::vector<VectorElement>;
struct MatrixSeries {
    Labels labels;
    std::vector<Sample> samples;
};
using MatrixValue = std::vector<MatrixSeries>;

using Value = std::variant<ScalarValue, StringValue, VectorValue, MatrixValue>; // By ValueType.

} // namespace keepwatch::promql
