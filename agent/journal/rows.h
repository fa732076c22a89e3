#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/memory.h"
#include "journal/database.h"

// Reads and writes what is remembered as rows of the schema. No transactions in here.
namespace keepwatch::journal {

// Everything that can be read. A damaged row costs that row: each table is read from its beginning,
// and from its end if something in between stops the reading.
struct Loaded {
    engine::Memory memory;
    std::size_t rows = 0;
    std::size_t rows_lost = 0;         // Whose checksum or form is wrong.
    std::vector<std::string> problems; // What stopped the reading of a table.
    bool whole() const { return rows_lost == 0 && problems.empty(); }
};
Loaded load_rows(Database& database);

Result<void> write_rows(Database& database, const engine::Changes& changes);
Result<void> write_rows(Database& database, const engine::Chunk& chunk);
Result<void> write_rows(Database& database, const engine::Habits& habits);

} // namespace keepwatch::journal
