#include "recording/recorder.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>

#include "recording/codec.h"
#include "recording/recording.h"

namespace keepwatch::recording {
namespace {

Error cannot(const char* what, const std::string& path) {
    return {ErrorKind::Storage,
            fmt::format("{}: {}: {}", path, what, std::generic_category().message(errno))};
}

} // namespace

Result<Recorder> Recorder::create(std::string path, const Header& header, RecorderLimits limits,
                                  std::string_view memory) {
    File file(std::fopen(path.c_str(), "wb"));
    if (!file) return cannot("open", path);
    Recorder recorder(std::move(path), std::move(file), limits);
    Writer raw;
    encode(header, raw);
    auto written = recorder.write_whole(BlockKind::Header, raw.bytes());
    if (written && !memory.empty()) written = recorder.write_whole(BlockKind::Memory, memory);
    if (!written) return std::move(written).error();
    return recorder;
}

Result<void> Recorder::write_whole(BlockKind kind, std::string_view raw) {
    BlockHead head;
    head.kind = kind;
    head.raw_bytes = raw.size();
    packer_.add(raw);
    return write(head, packer_.finish());
}

Result<void> Recorder::add(const Event& event) {
    encoded_.clear();
    encode(event, encoded_);
    if (open_.events == 0) open_.first = event.at;
    open_.last = event.at;
    ++open_.events;
    open_.raw_bytes += encoded_.bytes().size();
    packer_.add(encoded_.bytes());
    const bool full = open_.raw_bytes >= limits_.block_raw_bytes;
    if (full || open_.last - open_.first >= limits_.block_age) return flush();
    return {};
}

Result<void> Recorder::flush() {
    if (open_.events == 0) return {};
    const auto head = std::exchange(open_, BlockHead{});
    if (auto written = write(head, packer_.finish()); !written) return written;
    if (file_bytes_ > limits_.file_bytes_max) return drop_oldest();
    return {};
}

Result<void> Recorder::write(const BlockHead& head, std::string_view frame) {
    auto whole = head;
    whole.packed_bytes = frame.size();
    const auto bytes = encode(whole);
    const bool done = std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size() &&
                      std::fwrite(frame.data(), 1, frame.size(), file_.get()) == frame.size() &&
                      std::fflush(file_.get()) == 0;
    if (!done) {
        const auto error = cannot("write", path_);
        // What was written of the block would hide the next one from readers.
        std::clearerr(file_.get());
        std::fseek(file_.get(), static_cast<long>(file_bytes_), SEEK_SET);
        return error;
    }
    file_bytes_ += bytes.size() + frame.size();
    return {};
}

// Copies the header and the newest half to a new file, and puts that in the old one's place.
Result<void> Recorder::drop_oldest() {
    KW_TRY(const auto blocks, list_blocks(path_));
    std::size_t keep_from = blocks.size();
    std::uint64_t kept = 0;
    while (keep_from > 1) {
        const auto size = kBlockHeadBytes + blocks[keep_from - 1].head.packed_bytes;
        if (kept + size > limits_.file_bytes_max / 2 && kept > 0) break;
        kept += size;
        --keep_from;
    }
    const auto aside = path_ + ".new";
    File from(std::fopen(path_.c_str(), "rb"));
    File to(std::fopen(aside.c_str(), "wb"));
    if (!from || !to) return cannot("rewrite", path_);
    std::string bytes;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (i != 0 && i < keep_from) continue;
        bytes.resize(kBlockHeadBytes + blocks[i].head.packed_bytes);
        std::fseek(from.get(), static_cast<long>(blocks[i].offset), SEEK_SET);
        if (std::fread(bytes.data(), 1, bytes.size(), from.get()) != bytes.size() ||
            std::fwrite(bytes.data(), 1, bytes.size(), to.get()) != bytes.size())
            return cannot("rewrite", path_);
        total += bytes.size();
    }
    if (std::fflush(to.get()) != 0 || std::rename(aside.c_str(), path_.c_str()) != 0)
        return cannot("rewrite", path_);
    blocks_dropped_ += keep_from - 1;
    file_ = std::move(to);
    file_bytes_ = total;
    return {};
}

} // namespace keepwatch::recording
