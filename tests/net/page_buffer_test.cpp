#include "net/page_buffer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using keepwatch::net::PageBuffer;

namespace {

void fill(PageBuffer& buffer, std::size_t bytes) {
    while (bytes > 0) {
        const auto room = buffer.room(bytes);
        const auto count = std::min(room.size(), bytes);
        std::fill_n(room.begin(), count, 'x');
        buffer.commit(count);
        bytes -= count;
    }
}

} // namespace

TEST_CASE("net::PageBuffer: what was written stays when it grows") {
    PageBuffer buffer(10 << 20);
    CHECK(buffer.view().empty());
    fill(buffer, 3);
    fill(buffer, 5 << 20);
    CHECK(buffer.view() == std::string(3 + (5 << 20), 'x'));
}

TEST_CASE("net::PageBuffer: both sides of a page can be read") {
    PageBuffer buffer(1 << 20);
    fill(buffer, 1 << 20);
    int sum = 0;
    for (std::size_t i = 1; i <= PageBuffer::kPaddingBytes; ++i)
        sum += *(buffer.view().data() - i) + *(buffer.view().data() + buffer.size() + i - 1);
    CHECK(sum == 0);
}

TEST_CASE("net::PageBuffer: is full at its limit") {
    PageBuffer buffer(100'000);
    fill(buffer, 100'000);
    CHECK(buffer.room(1).empty());
    CHECK(buffer.size() == 100'000);
    buffer.commit(1);
    CHECK(buffer.size() == 100'000);
}

TEST_CASE("net::PageBuffer: rests between pages, and takes the next as before") {
    PageBuffer buffer(10 << 20);
    fill(buffer, 3 << 20);
    const auto capacity = buffer.capacity();
    for (unsigned page = 0; page < 2 * PageBuffer::kSmallPagesBeforeShrink; ++page) {
        buffer.rest();
        CHECK(buffer.view()[1 << 20] == '\0'); // What is given back comes empty.
        buffer.clear();
        fill(buffer, 3 << 20);
        CHECK(buffer.view() == std::string(3 << 20, 'x'));
    }
    CHECK(buffer.capacity() == capacity);
    CHECK(*(buffer.view().data() - 1) == '\0');
}

TEST_CASE("net::PageBuffer: the next page is written into the same memory") {
    PageBuffer buffer(10 << 20);
    fill(buffer, 1 << 20);
    const auto* const memory = buffer.view().data();
    for (int page = 0; page < 20; ++page) {
        buffer.clear();
        CHECK(buffer.size() == 0);
        fill(buffer, 1 << 20);
    }
    CHECK(buffer.view().data() == memory);
}

TEST_CASE("net::PageBuffer: one huge page does not stay") {
    PageBuffer buffer(64 << 20);
    fill(buffer, 32 << 20);
    for (unsigned page = 0; page < PageBuffer::kSmallPagesBeforeShrink; ++page) {
        CHECK(buffer.capacity() >= 32 << 20);
        buffer.clear();
        fill(buffer, 100'000);
    }
    buffer.clear();
    CHECK(buffer.capacity() <= 1 << 20);
    fill(buffer, 100'000);
    CHECK(buffer.size() == 100'000);
}

TEST_CASE("net::PageBuffer: drops from either end") {
    PageBuffer buffer(100);
    const std::string text = "head body rest";
    std::copy(text.begin(), text.end(), buffer.room(text.size()).begin());
    buffer.commit(text.size());
    buffer.drop_front(5);
    CHECK(buffer.view() == "body rest");
    buffer.drop_to(4);
    CHECK(buffer.view() == "body");
    buffer.drop_to(9);
    CHECK(buffer.view() == "body");
    buffer.drop_front(9);
    CHECK(buffer.view().empty());
}
