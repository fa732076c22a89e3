#pragma once

#include <string>
#include <vector>

#include "model/result.h"

namespace keepwatch::recording {

struct Imported {
    std::size_t events = 0;
    std::vector<std::string> skipped; // What was left out, each with its reason.
};

// Makes a recording of a folder of single scrapes: NAME-<unix seconds>.prom or .txt, and, if there
// is one, `index.jsonl` with a line for each scrape, failed ones too:
//
//   {"t": start, "n": NAME, "d": seconds taken, "bytes": n, "st": HTTP status or 0, "err": text}
//
// Each NAME becomes a target whose kind is told from its first page. A NAME that ends in -WORD is a
// reply to that four-letter word of ZooKeeper. With two brokers or more among the names, the
// recording counts as one of a whole cluster.
Result<Imported> import_folder(const std::string& folder, const std::string& out);

} // namespace keepwatch::recording
