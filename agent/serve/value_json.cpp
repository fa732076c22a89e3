#include "serve/value_json.h"

#include <utility>

#include "model/number.h"
#include "serve/json_text.h"

namespace keepwatch::serve {
namespace {

struct Append {
    std::string& out;

    void operator()(const promql::ScalarValue& scalar) const {
        out += R"("scalar","result":[)";
        append_json(out, scalar.t);
        out +=
            ",\"" + format_number(scalar.value) + "\"]"; // Unlike samples never with an exponent.
    }
    void operator()(const promql::StringValue& string) const {
        out += R"("string","result":[)";
        append_json(out, string.t);
        out += ',';
        append_json(out, std::string_view(string.text));
        out += ']';
    }
    void operator()(const promql::VectorValue& vector) const {
        out += R"("vector","result":[)";
        bool first = true;
        for (const auto& element : vector) {
            if (!std::exchange(first, false)) out += ',';
            out += R"({"metric":)";
            append_json(out, element.labels);
            out += R"(,"value":)";
            append_json(out, Sample{element.t, element.value});
            out += '}';
        }
        out += ']';
    }
    void operator()(const promql::MatrixValue& matrix) const {
        out += R"("matrix","result":[)";
        bool first = true;
        for (const auto& series : matrix) {
            if (!std::exchange(first, false)) out += ',';
            append(series);
        }
        out += ']';
    }
    void append(const promql::MatrixSeries& series) const {
        out += R"({"metric":)";
        append_json(out, series.labels);
        out += R"(,"values":[)";
        bool first = true;
        for (const auto& sample : series.samples) {
            if (!std::exchange(first, false)) out += ',';
            append_json(out, sample);
        }
        out += "]}";
    }
};

} // namespace

void append_json(std::string& out, const promql::Value& value) {
    out += R"({"resultType":)";
    std::visit(Append{out}, value);
}

} // namespace keepwatch::serve
