#include "recording/block.h"

#include <array>
#include <cstring>

#include <fmt/format.h>
#include <zstd.h>

namespace keepwatch::recording {
namespace {

constexpr std::array<char, 4> kMagic{'K', 'W', 'R', '1'};
constexpr int kLevel = 3;
constexpr int kWindowLog = 24; // 16 MiB: pages of one target lie within it, so a repeat is cheap.

void put(std::string& out, std::uint64_t number, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i));
}

std::uint64_t take(std::string_view& rest, std::size_t bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes; ++i)
        number |= std::uint64_t{static_cast<unsigned char>(rest[i])} << (8 * i);
    rest.remove_prefix(bytes);
    return number;
}

struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

} // namespace

std::string encode(const BlockHead& head) {
    std::string out(kMagic.data(), kMagic.size());
    put(out, static_cast<std::uint64_t>(head.kind), 4);
    put(out, head.events, 4);
    put(out, 0, 4);
    put(out, head.raw_bytes, 8);
    put(out, head.packed_bytes, 8);
    put(out, static_cast<std::uint64_t>(head.first.ms), 8);
    put(out, static_cast<std::uint64_t>(head.last.ms), 8);
    return out;
}

Result<BlockHead> decode_head(std::string_view bytes) {
    const auto refuse = [](std::string what) {
        return Error{ErrorKind::InvalidInput, std::move(what)};
    };
    if (bytes.size() != kBlockHeadBytes) return refuse("a block's head is cut short");
    if (std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0)
        return refuse("no block of a Keepwatch recording begins here");
    bytes.remove_prefix(kMagic.size());
    BlockHead head;
    const auto kind = take(bytes, 4);
    if (kind < 1 || kind > 3) return refuse(fmt::format("a block of unknown kind {}", kind));
    head.kind = static_cast<BlockKind>(kind);
    head.events = static_cast<std::uint32_t>(take(bytes, 4));
    take(bytes, 4);
    head.raw_bytes = take(bytes, 8);
    head.packed_bytes = take(bytes, 8);
    head.first = {static_cast<std::int64_t>(take(bytes, 8))};
    head.last = {static_cast<std::int64_t>(take(bytes, 8))};
    if (head.raw_bytes > kBlockRawBytesMax || head.packed_bytes > kBlockRawBytesMax)
        return refuse(fmt::format("a block of {} bytes, more than the {} allowed",
                                  std::max(head.raw_bytes, head.packed_bytes), kBlockRawBytesMax));
    return head;
}

struct Packer::State {
    std::unique_ptr<ZSTD_CCtx, FreeContext> context{ZSTD_createCCtx()};
    std::string frame;

    void run(std::string_view bytes, ZSTD_EndDirective until) {
        ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
        for (;;) {
            const auto used = frame.size();
            frame.resize(used + ZSTD_CStreamOutSize());
            ZSTD_outBuffer out{frame.data() + used, frame.size() - used, 0};
            const auto left = ZSTD_compressStream2(context.get(), &out, &in, until);
            frame.resize(used + out.pos);
            const bool all_taken = in.pos == in.size;
            if (until == ZSTD_e_end ? left == 0 : all_taken) return;
        }
    }
};

Packer::Packer() : state_(std::make_unique<State>()) {
    auto* context = state_->context.get();
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, kWindowLog);
    ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, 1);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
}
Packer::~Packer() = default;
Packer::Packer(Packer&&) noexcept = default;
Packer& Packer::operator=(Packer&&) noexcept = default;

void Packer::add(std::string_view bytes) {
    state_->run(bytes, ZSTD_e_continue);
}

std::string Packer::finish() {
    state_->run({}, ZSTD_e_end);
    return std::exchange(state_->frame, {});
}

Result<std::string> unpack(std::string_view frame, std::uint64_t raw_bytes) {
    std::string raw(raw_bytes, '\0');
    const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kWindowLog);
    const auto size =
        ZSTD_decompressDCtx(context.get(), raw.data(), raw.size(), frame.data(), frame.size());
    if (ZSTD_isError(size) != 0)
        return Error{ErrorKind::InvalidInput,
                     fmt::format("a block is damaged: {}", ZSTD_getErrorName(size))};
    if (size != raw_bytes)
        return Error{ErrorKind::InvalidInput,
                     fmt::format("a block of {} bytes where its head says {}", size, raw_bytes)};
    return raw;
}

} // namespace keepwatch::recording
