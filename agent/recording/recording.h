#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/event.h"
#include "model/result.h"
#include "recording/block.h"
#include "recording/codec.h"
#include "recording/header.h"

namespace keepwatch::recording {

struct BlockAt {
    BlockHead head;
    std::uint64_t offset = 0; // Of the head, in the file.
};

// The index: every block that is whole. A torn end is left out.
Result<std::vector<BlockAt>> list_blocks(const std::string& path);

// A recording, read from front to back.
class Recording {
public:
    // Refuses what is not a recording; the error names the file.
    static Result<Recording> open(const std::string& path);

    const Header& header() const { return header_; }
    // What the Engine knew before the first event, see Recorder; "" if nothing, or if it is gone
    // because the oldest events are.
    const std::string& memory() const { return memory_; }
    Timestamp
    first() const; // Of the first and the last event; equal to the epoch if there is none.
    Timestamp last() const;

    // The next event, or none at the end. Page bodies are valid until the next call. A damaged
    // block is skipped, counted, and the reading goes on with the one after it.
    std::optional<Event> next();

    // Continues with the block that holds the first event at or after t.
    void seek(Timestamp t);

    const std::vector<Error>& damage() const { return damage_; }

private:
    Recording() = default;
    bool load_next_block();

    std::string path_;
    Header header_;
    std::string memory_;
    std::vector<BlockAt> blocks_; // Of events only.
    std::size_t next_block_ = 0;
    std::string raw_; // The unpacked block that decoder_ reads.
    Decoder decoder_{std::string_view()};
    std::vector<Error> damage_;
};

} // namespace keepwatch::recording
