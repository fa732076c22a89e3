#include <charconv>
#include <optional>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "cli/query_sources.h"
#include "model/number.h"

namespace keepwatch::cli {
namespace {

namespace json = boost::json;

Error no_envelope(std::string_view what) {
    return {ErrorKind::Unavailable,
            fmt::format("the answer is not that of Prometheus's API: {}", what)};
}

Timestamp time_of(const json::value& seconds) {
    constexpr double kRounding = 0.5;
    const auto ms = seconds.to_number<double>() * 1e3;
    return {static_cast<std::int64_t>(ms < 0 ? ms - kRounding : ms + kRounding)};
}

// What comes as `[1700000000, "0.5"]`. Throws as Boost.JSON does if it does not.
Sample sample_of(const json::value& pair) {
    const auto& parts = pair.as_array();
    const auto number = parse_number(std::string_view(parts.at(1).as_string()));
    if (!number) throw std::invalid_argument("a value that is no number");
    return {time_of(parts.at(0)), *number};
}

Labels labels_of(const json::value& metric) {
    std::vector<std::pair<std::string, std::string>> labels;
    for (const auto& label : metric.as_object())
        labels.emplace_back(label.key(), label.value().as_string().c_str());
    return Labels::from(std::move(labels));
}

promql::Value value_of(const json::object& data) {
    const std::string_view type = data.at("resultType").as_string();
    const auto& result = data.at("result");
    if (type == "scalar") {
        const auto sample = sample_of(result);
        return promql::ScalarValue{sample.t, sample.value};
    }
    if (type == "string") {
        const auto& pair = result.as_array();
        return promql::StringValue{time_of(pair.at(0)), pair.at(1).as_string().c_str()};
    }
    if (type == "vector") {
        promql::VectorValue vector;
        for (const auto& element : result.as_array()) {
            const auto sample = sample_of(element.at("value"));
            vector.push_back({labels_of(element.at("metric")), sample.t, sample.value});
        }
        return vector;
    }
    promql::MatrixValue matrix;
    for (const auto& element : result.as_array()) {
        promql::MatrixSeries series{labels_of(element.at("metric")), {}};
        for (const auto& pair : element.at("values").as_array())
            series.samples.push_back(sample_of(pair));
        matrix.push_back(std::move(series));
    }
    return matrix;
}

void take_notes(const json::object& envelope, std::string_view key,
                std::vector<std::string>& into) {
    if (const auto* notes = envelope.if_contains(key))
        for (const auto& note : notes->as_array()) into.emplace_back(note.as_string().c_str());
}

std::optional<std::uint32_t> leading_number(std::string_view& text) {
    std::uint32_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (!text.starts_with(':')) return std::nullopt;
    text.remove_prefix(1);
    return number;
}

// `invalid parameter "query": 1:6: parse error: …` has its place in it.
Error error_of(std::string_view message) {
    constexpr std::string_view kWhat = ": parse error: ";
    const auto what = message.find(kWhat);
    if (what == message.npos) return {ErrorKind::InvalidInput, std::string(message)};
    const auto begin = message.substr(0, what).rfind(' ') + 1; // After it, or 0 where none is.
    auto place = message.substr(begin, what + 1 - begin);
    const auto line = leading_number(place);
    const auto column = line ? leading_number(place) : std::nullopt;
    if (!column) return {ErrorKind::InvalidInput, std::string(message)};
    return {ErrorKind::InvalidInput, std::string(message.substr(what + 2)), {"", *line, *column}};
}

} // namespace

Result<Answer> read_envelope(std::string_view body) {
    try {
        const auto parsed = json::parse(json::string_view(body.data(), body.size()));
        const auto& envelope = parsed.as_object();
        if (envelope.at("status").as_string() != "success")
            return error_of(envelope.at("error").as_string().c_str());
        Answer answer{value_of(envelope.at("data").as_object()), {}};
        take_notes(envelope, "warnings", answer.notes.warnings);
        take_notes(envelope, "infos", answer.notes.infos);
        return answer;
    } catch (const std::exception& wrong) {
        return no_envelope(wrong.what());
    }
}

} // namespace keepwatch::cli
