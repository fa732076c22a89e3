#pragma once

#include <string_view>

#include "config/config.h"
#include "net/http_client.h"

namespace keepwatch::notify {

// What the requests to all sinks have in common: a POST to the sink's URL, or else to that of the
// service, which may be "" where a URL is required, with the sink's timeout. Errors name no secret.
Result<net::Request> post_to(const config::Sink& sink, std::string_view service = {});

// The sink's key as a bearer token, if it has one.
Result<void> add_token(const config::Sink& sink, net::Request& request);

} // namespace keepwatch::notify
