#pragma once

#include "config/config.h"
#include "config/folder.h"
#include "config/table_reader.h"

namespace keepwatch::config {

// Reads one [[sink]]: one sink, or one for each replica that `urls` names, called `NAME/1` and so
// on. Each replica is told by itself. What was wrong is in the reader's list of errors, where no
// secret appears.
std::vector<Sink> read_sinks(TableReader& reader, const Folder& folder);

} // namespace keepwatch::config
