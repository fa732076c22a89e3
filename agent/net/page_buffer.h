#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace keepwatch::net {

// The bytes of one page, in memory that is kept for the next. Readers may look a few bytes past
// either end of view().
class PageBuffer {
public:
    static constexpr std::size_t kPaddingBytes = 64;     // Readable on both sides of view().
    static constexpr std::size_t kFirstBytes = 64 << 10; // The smallest capacity.
    static constexpr unsigned kSmallPagesBeforeShrink = 8;

    explicit PageBuffer(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    // Begins a new page. After some pages in a row that needed less than a quarter of the memory,
    // the rest of it is given back, so that one huge page does not stay.
    void clear();

    // Gives the memory to the system until the next page is written, for one that is asked seldom:
    // a page of ten megabytes and more need not lie there twice. What was in it is gone: view()
    // has its size, but zeros.
    void rest();

    // Free space at the end, at least one byte and `wanted` if the limit allows; empty when
    // bytes_max bytes are in. Invalidates views.
    std::span<char> room(std::size_t wanted);
    void commit(std::size_t bytes);     // That many of room() have been written.
    void drop_to(std::size_t size);     // Forgets what lies beyond.
    void drop_front(std::size_t count); // Moves the rest to the beginning.

    std::string_view view() const;
    std::span<char> bytes(); // The same, for decoding in place.
    std::size_t size() const { return size_; }
    std::size_t capacity() const { return capacity_; }
    std::size_t bytes_max() const { return bytes_max_; }

private:
    void reallocate(std::size_t capacity);

    std::unique_ptr<char[]> memory_; // Padding, capacity_ bytes, padding.
    std::size_t capacity_ = 0;
    std::size_t size_ = 0;
    std::size_t bytes_max_;
    unsigned small_pages_ = 0;
};

} // namespace keepwatch::net
