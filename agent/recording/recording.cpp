#include "recording/recording.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

#include <fmt/format.h>

namespace keepwatch::recording {
namespace {

struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

Result<File> open_file(const std::string& path) {
    File file(std::fopen(path.c_str(), "rb"));
    if (!file)
        return Error{ErrorKind::Storage,
                     fmt::format("{}: {}", path, std::generic_category().message(errno))};
    return file;
}

Result<std::string> load(const std::string& path, const BlockAt& block) {
    KW_TRY(const auto file, open_file(path));
    std::string frame(block.head.packed_bytes, '\0');
    const auto start = static_cast<long>(block.offset + kBlockHeadBytes);
    if (std::fseek(file.get(), start, SEEK_SET) != 0 ||
        std::fread(frame.data(), 1, frame.size(), file.get()) != frame.size())
        return Error{ErrorKind::Storage, "a block is cut short"};
    return unpack(frame, block.head.raw_bytes);
}

} // namespace

Result<std::vector<BlockAt>> list_blocks(const std::string& path) {
    KW_TRY(const auto file, open_file(path));
    std::fseek(file.get(), 0, SEEK_END);
    const auto size = static_cast<std::uint64_t>(std::ftell(file.get()));
    std::vector<BlockAt> blocks;
    std::uint64_t offset = 0;
    std::string bytes(kBlockHeadBytes, '\0');
    while (offset + kBlockHeadBytes <= size) {
        std::fseek(file.get(), static_cast<long>(offset), SEEK_SET);
        if (std::fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) break;
        auto head = decode_head(bytes);
        if (!head && blocks.empty()) return std::move(head).error().within(path);
        if (!head || offset + kBlockHeadBytes + head->packed_bytes > size) break;
        blocks.push_back({*head, offset});
        offset += kBlockHeadBytes + head->packed_bytes;
    }
    if (blocks.empty())
        return Error{ErrorKind::InvalidInput,
                     fmt::format("{}: not a Keepwatch recording, or torn in its header", path)};
    return blocks;
}

Result<Recording> Recording::open(const std::string& path) {
    Recording recording;
    recording.path_ = path;
    KW_TRY(recording.blocks_, list_blocks(path));
    const auto first = recording.blocks_.front();
    if (first.head.kind != BlockKind::Header)
        return Error{ErrorKind::InvalidInput,
                     fmt::format("{}: its first block is not a header", path)};
    auto raw = load(path, first);
    if (!raw) return std::move(raw).error().within(path);
    auto header = Decoder(*raw).header();
    if (!header) return std::move(header).error().within(path);
    recording.header_ = *std::move(header);
    if (recording.blocks_.size() > 1 && recording.blocks_[1].head.kind == BlockKind::Memory) {
        auto memory = load(path, recording.blocks_[1]);
        if (memory)
            recording.memory_ = *std::move(memory);
        else
            recording.damage_.push_back(std::move(memory).error().within(path + ": memory"));
    }
    std::erase_if(recording.blocks_,
                  [](const BlockAt& block) { return block.head.kind != BlockKind::Events; });
    return recording;
}

Timestamp Recording::first() const {
    return blocks_.empty() ? Timestamp{} : blocks_[0].head.first;
}

Timestamp Recording::last() const {
    return blocks_.empty() ? Timestamp{} : blocks_.back().head.last;
}

std::optional<Event> Recording::next() {
    for (;;) {
        if (decoder_.at_end() && !load_next_block()) return std::nullopt;
        if (auto event = decoder_.event()) return *std::move(event);
        damage_.push_back({ErrorKind::InvalidInput,
                           fmt::format("{}: block {}: an event is damaged", path_, next_block_),
                           {}});
        decoder_ = Decoder({});
    }
}

bool Recording::load_next_block() {
    while (next_block_ < blocks_.size()) {
        const auto& block = blocks_[next_block_++];
        auto raw = load(path_, block);
        if (raw) {
            raw_ = *std::move(raw);
            decoder_ = Decoder(raw_);
            if (!raw_.empty()) return true;
        } else {
            auto error =
                std::move(raw).error().within(fmt::format("{}: block {}", path_, next_block_));
            damage_.push_back(std::move(error));
        }
    }
    return false;
}

void Recording::seek(Timestamp t) {
    const auto holds = [t](const BlockAt& block) { return block.head.last >= t; };
    const auto at = std::find_if(blocks_.begin(), blocks_.end(), holds);
    next_block_ = static_cast<std::size_t>(at - blocks_.begin());
    decoder_ = Decoder({});
}

} // namespace keepwatch::recording
