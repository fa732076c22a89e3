#pragma once

#include <memory>

#include "engine/engine.h"
#include "serve/snapshot.h"

namespace keepwatch::cli {

// What the serve thread may know of the Engine at this moment.
std::shared_ptr<const serve::Snapshot> snapshot_of(const engine::Engine& engine);

} // namespace keepwatch::cli
