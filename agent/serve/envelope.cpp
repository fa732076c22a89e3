#include "serve/envelope.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <utility>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "model/utf8.h"
#include "serve/json_text.h"

namespace keepwatch::serve {
namespace {

net::Response respond(unsigned status, const json::object& envelope) {
    return {status, "application/json", json::serialize(envelope)};
}

} // namespace

net::Response success(json::value data) {
    json::object envelope;
    envelope["status"] = "success";
    envelope["data"] = std::move(data);
    return respond(200, envelope);
}

namespace {

// `,"warnings":["…"]`; nothing if there are none.
void append_notes(std::string& out, std::string_view kind, std::string_view singular,
                  const std::vector<std::string>& notes) {
    if (notes.empty()) return;
    fmt::format_to(std::back_inserter(out), ",\"{}\":[", kind);
    const auto shown = std::min(notes.size(), kNotesShown);
    for (std::size_t i = 0; i < shown; ++i) {
        if (i > 0) out += ',';
        append_json(out, std::string_view(notes[i]));
    }
    if (shown < notes.size())
        fmt::format_to(std::back_inserter(out), ",\"{} more {} annotations omitted\"",
                       notes.size() - shown, singular);
    out += ']';
}

} // namespace

net::Response success(std::string_view data_json, const promql::Notes& notes) {
    std::string body = R"({"status":"success","data":)";
    body.reserve(body.size() + data_json.size() + 2);
    body += data_json;
    append_notes(body, "warnings", "warning", notes.warnings);
    append_notes(body, "infos", "info", notes.infos);
    body += '}';
    return {200, "application/json", std::move(body)};
}

net::Response bad_data(const Error& error) {
    return failure(400, "bad_data", error.to_string());
}

net::Response unanswered(const Error& error) {
    constexpr unsigned kClientClosedRequest = 499; // As nginx and Prometheus have it.
    switch (error.kind) {
    case ErrorKind::Timeout:
        return failure(503, "timeout", "query timed out in expression evaluation");
    case ErrorKind::Cancelled:
        return failure(kClientClosedRequest, "canceled",
                       "query was canceled in expression evaluation");
    case ErrorKind::Unavailable:
    case ErrorKind::Storage:
        return failure(500, "internal", error.message);
    case ErrorKind::InvalidInput:
    case ErrorKind::LimitExceeded:
        break;
    }
    return failure(422, "execution", error.message);
}

net::Response failure(unsigned status, std::string_view type, std::string_view message) {
    json::object envelope;
    envelope["status"] = "error";
    envelope["errorType"] = type;
    envelope["error"] = to_json(message);
    return respond(status, envelope);
}

json::object to_json(const Labels& labels) {
    json::object object;
    for (const auto& label : labels) object.emplace(valid_utf8(label.name), to_json(label.value));
    return object;
}

json::value to_json(double number) {
    constexpr double kExactMax = 9007199254740992; // 2^53: up to here all whole numbers are exact.
    if (std::trunc(number) != number || std::abs(number) > kExactMax) return number;
    return static_cast<std::int64_t>(number);
}

json::string to_json(std::string_view text) {
    return json::string(valid_utf8(text));
}

} // namespace keepwatch::serve
