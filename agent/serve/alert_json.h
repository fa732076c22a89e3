#pragma once

#include "serve/envelope.h"
#include "serve/snapshot.h"

namespace keepwatch::serve {

// An alert as the API shows it, alone and below its rule.
json::object to_json(const AlertView& alert);
json::array to_json(const std::vector<AlertView>& alerts);

std::string_view name(alert::State state); // "firing", "pending", "inactive".

} // namespace keepwatch::serve
