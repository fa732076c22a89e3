#include <optional>
#include <utility>

#include <fmt/format.h>

#include "serve/handlers/handlers.h"
#include "serve/write_request.h"

// POST /api/v1/write.
namespace keepwatch::serve {
namespace {

net::Response say(unsigned status, std::string_view text) {
    return {status, "text/plain; charset=utf-8", fmt::format("{}\n", text)};
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// Whether the header says that the body is a prometheus.WriteRequest. What says nothing is one, as
// the oldest senders do.
bool is_version_1(std::string_view content_type) {
    if (content_type.empty()) return true;
    const auto end = content_type.find(';');
    if (!net::equals_ignoring_case(trimmed(content_type.substr(0, end)), "application/x-protobuf"))
        return false;
    if (end == std::string_view::npos) return true;
    const auto parameter = trimmed(content_type.substr(end + 1));
    return !parameter.starts_with("proto=") || parameter == "proto=prometheus.WriteRequest";
}

// Why the request is not for us, whatever is in its body.
std::optional<net::Response> refusal(const Parts& parts, const net::IncomingRequest& request) {
    if (!parts.receives_pushes)
        return say(404, "remote write is not taken here: set receive.remote_write = true");
    // There is no authentication, and a page in a browser must not write for its user.
    if (!request.from_loopback || request.headers.has("Origin"))
        return say(403, "remote write is taken from programs on this machine only");
    const auto type = request.headers.get("Content-Type");
    if (!is_version_1(type))
        return say(415, fmt::format("the content type must be application/x-protobuf, of the "
                                    "message prometheus.WriteRequest (remote write 1.0), not {}",
                                    quoted(type)));
    const auto encoding = request.headers.get("Content-Encoding");
    if (!encoding.empty() && !net::equals_ignoring_case(encoding, "snappy"))
        return say(415,
                   fmt::format("the content encoding must be snappy, not {}", quoted(encoding)));
    return std::nullopt;
}

net::Response failure_of(const Error& error) {
    switch (error.kind) {
    case ErrorKind::LimitExceeded:
        return say(400, error.message); // Nothing becomes better by trying again.
    case ErrorKind::Timeout:
        return say(503, "the agent is too busy to take it");
    default:
        return say(503, "the agent stops");
    }
}

net::Response take(const Parts& parts, const net::IncomingRequest& request) {
    auto& metrics = parts.metrics;
    auto decoded = decode_write_request(request.body);
    if (!decoded) {
        const bool too_much = decoded.error().kind == ErrorKind::LimitExceeded;
        metrics.pushes_refused(too_much ? "limit" : "malformed").Increment();
        return say(too_much ? 413 : 400, decoded.error().message);
    }
    metrics.pushed_samples().Increment(static_cast<double>(decoded->samples));
    const auto count = decoded->series.size() + decoded->series_refused;
    if (!decoded->series.empty()) {
        const auto pushed = parts.backend.push(std::move(decoded->series), soon());
        if (!pushed) return failure_of(pushed.error());
    }
    if (decoded->series_refused == 0) return net::Response(204);
    metrics.pushes_refused("series").Increment();
    return say(400, fmt::format("{}; {} of {} series were refused and the others stored",
                                decoded->why, decoded->series_refused, count));
}

} // namespace

Handler write(const Parts& parts) {
    return [&parts](const net::IncomingRequest& request) {
        if (auto refused = refusal(parts, request)) {
            parts.metrics.pushes_refused("unfit").Increment();
            return *std::move(refused);
        }
        return take(parts, request);
    };
}

} // namespace keepwatch::serve
