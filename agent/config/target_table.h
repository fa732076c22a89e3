#pragma once

#include "config/config.h"
#include "config/folder.h"
#include "config/table_reader.h"

namespace keepwatch::config {

// Reads one [[target]]. What was wrong is in the reader's list of errors.
Target read_target(TableReader& reader, const Folder& folder);

} // namespace keepwatch::config
