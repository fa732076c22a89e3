#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "model/result.h"
#include "model/time.h"

// A recording is a chain of blocks, each a head of fixed size and a zstd frame with its checksum.
// The heads carry sizes and times, so that a reader finds a moment without unpacking what lies
// before it, and a file torn in its last block is whole up to there.
namespace keepwatch::recording {

enum class BlockKind : std::uint8_t { Header = 1, Events = 2, Memory = 3 };

struct BlockHead {
    BlockKind kind = BlockKind::Events;
    std::uint32_t events = 0;
    std::uint64_t raw_bytes = 0;    // Unpacked.
    std::uint64_t packed_bytes = 0; // Of the frame that follows.
    Timestamp first;                // Of the events in it.
    Timestamp last;
};

inline constexpr std::size_t kBlockHeadBytes = 48;
inline constexpr std::uint64_t kBlockRawBytesMax = 512ULL << 20; // More is taken for damage.

std::string encode(const BlockHead& head);
Result<BlockHead> decode_head(std::string_view bytes); // Exactly kBlockHeadBytes.

// Packs a stream of bytes into one frame, holding only the packed form and a window.
class Packer {
public:
    Packer();
    ~Packer();
    Packer(Packer&&) noexcept;
    Packer& operator=(Packer&&) noexcept;
    void add(std::string_view bytes);
    std::string finish(); // The frame; the packer is then ready for the next.

private:
    struct State;
    std::unique_ptr<State> state_;
};

Result<std::string> unpack(std::string_view frame, std::uint64_t raw_bytes);

} // namespace keepwatch::recording
