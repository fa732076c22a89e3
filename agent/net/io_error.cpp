#include "net/io_error.h"

#include <boost/asio/error.hpp>
#include <fmt/format.h>

namespace keepwatch::net {

Error io_error(std::string_view step, const boost::system::error_code& code) {
    const bool cancelled = code == boost::asio::error::operation_aborted;
    return {cancelled ? ErrorKind::Cancelled : ErrorKind::Unavailable,
            fmt::format("{}: {}", step, code.message())};
}

Error timeout_error(const Step& step, Duration limit) {
    return {ErrorKind::Timeout,
            fmt::format("{}: timeout after {}", step.name, format_duration(limit))};
}

} // namespace keepwatch::net
