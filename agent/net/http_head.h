#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/result.h"
#include "net/message.h"

namespace keepwatch::net {

// How the end of a message's body is found.
struct Framing {
    enum class By : std::uint8_t { Length, Chunks, Close };
    By by = By::Length;
    std::uint64_t length = 0;
};

struct ResponseHead {
    unsigned status = 0;
    Headers headers;
    Framing framing;
    bool keep_alive = false;
};

struct RequestHead {
    std::string method;
    std::string target;
    Headers headers;
    Framing framing;
    bool keep_alive = false;
    bool minor_version_0 = false; // HTTP/1.0.
};

inline constexpr std::size_t kHeadBytesMax = 64 << 10;

// The length of the head that `bytes` begin with, its empty line included, if it is complete.
std::optional<std::size_t> find_head(std::string_view bytes);

// Takes a complete head apart. Errors say what is wrong with it.
Result<ResponseHead> parse_response_head(std::string_view head);
Result<RequestHead> parse_request_head(std::string_view head);

} // namespace keepwatch::net
