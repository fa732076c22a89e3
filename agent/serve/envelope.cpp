#include "serve/envelope.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include <boost/json/serialize.hpp>

#include "model/utf8.h"

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
