#include "serve/handlers/handlers.h"

namespace keepwatch::serve {
namespace {

constexpr const char* kPlainText = "text/plain; charset=utf-8";

} // namespace

Handler healthy() {
    return [](const net::IncomingRequest&) -> net::Response {
        return {200, kPlainText, "Keepwatch is healthy.\n"};
    };
}

Handler ready(const Parts& parts) {
    return [&parts](const net::IncomingRequest&) -> net::Response {
        const auto reason = parts.backend.not_ready();
        if (reason.empty()) return {200, kPlainText, "Keepwatch is ready.\n"};
        return {503, kPlainText, "Keepwatch is not ready: " + reason + ".\n"};
    };
}

} // namespace keepwatch::serve
