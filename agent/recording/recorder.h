#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "model/bytes.h"
#include "model/event.h"
#include "model/result.h"
#include "recording/block.h"
#include "recording/header.h"

namespace keepwatch::recording {

struct RecorderLimits {
    std::uint64_t file_bytes_max = 256ULL << 20; // Beyond it the oldest blocks go.
    std::uint64_t block_raw_bytes = 32ULL << 20; // A block is closed when it holds this much
    Duration block_age = seconds(60);            // or spans this long.
};

// The flight recorder: writes the Engine's events to one file of bounded size, in which the newest
// are kept. What a crash can lose is the block that was open: at most block_age of events.
class Recorder {
public:
    // Replaces a file that exists. `memory` is what the Engine knew before the first event, in
    // bytes that its owner understands; "": nothing. It goes with the oldest block.
    static Result<Recorder> create(std::string path, const Header& header, RecorderLimits limits,
                                   std::string_view memory = {});

    // Both fail with ErrorKind::Storage and leave the recorder usable: a full disk costs a block.
    Result<void> add(const Event& event);
    Result<void> flush(); // Closes the open block. Call before the end.

    std::uint64_t blocks_dropped() const { return blocks_dropped_; }

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    using File = std::unique_ptr<std::FILE, Close>;

    Recorder(std::string path, File file, RecorderLimits limits)
        : path_(std::move(path)), file_(std::move(file)), limits_(limits) {}
    Result<void> write_whole(BlockKind kind, std::string_view raw);
    Result<void> write(const BlockHead& head, std::string_view frame);
    Result<void> drop_oldest();

    std::string path_;
    File file_;
    RecorderLimits limits_;
    Packer packer_;
    BlockHead open_; // Of the block being filled.
    Writer encoded_; // Reused for each event.
    std::uint64_t file_bytes_ = 0;
    std::uint64_t blocks_dropped_ = 0;
};

} // namespace keepwatch::recording
