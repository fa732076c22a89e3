#include "net/page_buffer.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <sys/mman.h>
#include <unistd.h>

namespace keepwatch::net {
namespace {

constexpr std::size_t kRestBytesMin = 1 << 20; // Less is not worth the call.

} // namespace

void PageBuffer::clear() {
    const bool small = size_ < capacity_ / 4 && capacity_ > kFirstBytes;
    small_pages_ = small ? small_pages_ + 1 : 0;
    const auto needed = std::max(size_ * 2, kFirstBytes);
    size_ = 0;
    if (small_pages_ < kSmallPagesBeforeShrink) return;
    small_pages_ = 0;
    reallocate(std::min(needed, bytes_max_));
}

void PageBuffer::rest() {
    if (capacity_ < kRestBytesMin) return;
    // Only whole pages of the machine; the paddings stay.
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto start = reinterpret_cast<std::uintptr_t>(memory_.get()) + kPaddingBytes;
    const auto first = (start + page - 1) / page * page;
    const auto last = (start + capacity_) / page * page;
    (void)madvise(memory_.get() + (first - start + kPaddingBytes), last - first, MADV_DONTNEED);
}

std::span<char> PageBuffer::room(std::size_t wanted) {
    const auto size_wanted = std::min(size_ + std::max<std::size_t>(wanted, 1), bytes_max_);
    if (size_wanted > capacity_)
        reallocate(std::min(std::max({size_wanted, capacity_ * 2, kFirstBytes}), bytes_max_));
    return {memory_.get() + kPaddingBytes + size_, capacity_ - size_};
}

void PageBuffer::commit(std::size_t bytes) {
    size_ += std::min(bytes, capacity_ - size_);
}

void PageBuffer::drop_to(std::size_t size) {
    size_ = std::min(size, size_);
}

void PageBuffer::drop_front(std::size_t count) {
    count = std::min(count, size_);
    if (count == 0) return;
    std::memmove(bytes().data(), bytes().data() + count, size_ - count);
    size_ -= count;
}

std::string_view PageBuffer::view() const {
    if (!memory_) return {};
    return {memory_.get() + kPaddingBytes, size_};
}

std::span<char> PageBuffer::bytes() {
    if (!memory_) return {};
    return {memory_.get() + kPaddingBytes, size_};
}

void PageBuffer::reallocate(std::size_t capacity) {
    // Not zeroed but for the padding: a page of many megabytes is about to be written over it.
    auto memory = std::make_unique_for_overwrite<char[]>(capacity + 2 * kPaddingBytes);
    std::memset(memory.get(), 0, kPaddingBytes);
    std::memset(memory.get() + kPaddingBytes + capacity, 0, kPaddingBytes);
    if (size_ > 0) std::memcpy(memory.get() + kPaddingBytes, view().data(), size_);
    memory_ = std::move(memory);
    capacity_ = capacity;
}

} // namespace keepwatch::net
