#pragma once

#include "config/config.h"
#include "config/folder.h"
#include "config/table_reader.h"

namespace keepwatch::config {

// Reads one [[sink]]. What was wrong is in the reader's list of errors, where no secret appears.
Sink read_sink(TableReader& reader, const Folder& folder);

} // namespace keepwatch::config
