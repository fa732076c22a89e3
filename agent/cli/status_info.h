#pragma once

#include "config/config.h"
#include "serve/handlers/handlers.h"

namespace keepwatch::cli {

// What the status pages tell of a configuration. Without anything secret.
serve::StatusInfo status_info(const config::Config& config, const serve::QueryLimits& limits,
                              Timestamp started);

} // namespace keepwatch::cli
