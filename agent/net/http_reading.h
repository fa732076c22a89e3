#pragma once

#include <cstddef>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "model/result.h"
#include "net/connection.h"
#include "net/http_head.h"
#include "net/page_buffer.h"

namespace keepwatch::net {

// Connections and buffers outlive the calls. After the end of a stream it is not read again: Asio
// would wait for more. A buffer's own limit must exceed that of the body by kHeadBytesMax, for what
// comes around it.

inline constexpr std::string_view kClosedBeforeHead = "read: closed before any answer came";

// Reads at most `wanted` bytes, and at least one, to the end of the buffer; 0 at the end of the
// stream.
asio::awaitable<Result<std::size_t>> read_more(Connection& connection, PageBuffer& buffer,
                                               std::size_t wanted);

// Reads until the buffer begins with a complete head, and returns its length; what came with it
// lies behind. A connection that ends before any byte of it gives the error kClosedBeforeHead.
asio::awaitable<Result<std::size_t>> read_head(Connection& connection, PageBuffer& buffer);

// The same, taken apart and out of the buffer, which is left with the beginning of the body. What
// is no HTTP at all is refused at its first bytes. Interim answers (1xx) are passed over.
asio::awaitable<Result<ResponseHead>> read_response_head(Connection& connection,
                                                         PageBuffer& buffer);

// Reads the body into the buffer, which holds what has already come of it, and returns its length;
// behind it lies what came after. Above `bytes_max` it is LimitExceeded.
asio::awaitable<Result<std::size_t>> read_body(Connection& connection, Framing framing,
                                               PageBuffer& buffer, std::size_t bytes_max);

} // namespace keepwatch::net
