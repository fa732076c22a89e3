#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace keepwatch::net {

namespace asio = boost::asio;

// The completion token of every I/O call: failures come back as values, in the order of the code.
// Cancellation comes as asio::error::operation_aborted.
inline constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

} // namespace keepwatch::net
