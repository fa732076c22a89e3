#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/memory.h"
#include "journal/database.h"

namespace keepwatch::journal {

// The journal's file, synchronously: what write() returned well survives a crash of the process and
// of the machine. One process at a time.
//
// A file that is damaged, or of a later version, is never written to and never deleted: it is
// renamed to `journal.db.quarantined-N`, and what could be read of it stands in a new file.
class Store {
public:
    struct Opened;
    // Creates the folder if need be. `vfs` is the name of one that SQLite knows, for tests.
    static Opened open(const std::string& folder, const std::string& vfs = "");

    // One transaction, synced.
    struct Batch {
        std::vector<engine::Changes> changes; // In their order.
        std::vector<engine::Chunk> chunks;
        std::optional<engine::Habits> habits;
        bool empty() const { return changes.empty() && chunks.empty() && !habits; }
    };
    Result<void> write(const Batch& batch);

    // As SQLite counts it, without the write-ahead log.
    std::uint64_t bytes();

    static constexpr std::uint64_t kBytesMax = 128ULL << 20; // Beyond it the disk counts as full.

private:
    Store(std::string path, Database database)
        : path_(std::move(path)), database_(std::move(database)) {}
    static Result<std::string> set_aside(const std::string& path, const std::string& vfs,
                                         const engine::Memory& memory);
    Result<void> write_all(const Batch& batch);

    std::string path_;
    Database database_;
};

struct Store::Opened {
    std::optional<Store> store;   // Nothing if nothing can be written; then `trouble` says why:
    std::optional<Error> trouble; // Unavailable if another process has the journal, else Storage.
    engine::Memory memory;        // What could be read, even so.
    std::vector<std::string> warnings; // For people: what was damaged and where it lies now.
};

} // namespace keepwatch::journal
