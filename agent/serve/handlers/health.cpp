#include "serve/handlers/handlers.h"

namespace keepwatch::serve {
namespace {

constexpr const char* kPlainText = "text/plain; charset=utf-8";

} // namespace

net::Response healthy(const net::IncomingRequest& /*request*/) {
    return {200, kPlainText, "Keepwatch is healthy.\n"};
}

Handler ready(const Board& board) {
    return [&board](const net::IncomingRequest&) -> net::Response {
        const auto reason = board.newest()->not_ready;
        if (reason.empty()) return {200, kPlainText, "Keepwatch is ready.\n"};
        return {503, kPlainText, "Keepwatch is not ready: " + reason + ".\n"};
    };
}

} // namespace keepwatch::serve
