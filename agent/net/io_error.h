#pragma once

#include <string_view>

#include <boost/system/error_code.hpp>

#include "model/result.h"
#include "model/time.h"
#include "net/step.h"

namespace keepwatch::net {

// `connect: Connection refused`. A cancelled operation is of kind Cancelled.
Error io_error(std::string_view step, const boost::system::error_code& code);

// `read: timeout after 10s`.
Error timeout_error(const Step& step, Duration limit);

} // namespace keepwatch::net
