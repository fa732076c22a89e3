#pragma once

#include <memory>
#include <vector>

#include "config/config.h"
#include "engine/engine.h"
#include "serve/snapshot.h"

namespace keepwatch::cli {

// What the HTTP handlers may know of the Engine at this moment. The targets are those of its setup.
std::shared_ptr<const serve::Snapshot> snapshot_of(const engine::Engine& engine,
                                                   const std::vector<config::Target>& targets);

} // namespace keepwatch::cli
