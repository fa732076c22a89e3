#pragma once

#include <cstddef>
#include <string>

#include "model/url.h"
#include "net/message.h"

namespace keepwatch::net {

// The heads of messages as they are sent, their last empty line included.
std::string request_head(const std::string& method, const Url& url, const Headers& headers,
                         std::size_t body_bytes);
std::string response_head(const Response& response, bool keep_alive);

} // namespace keepwatch::net
