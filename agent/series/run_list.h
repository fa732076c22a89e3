#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "series/timeline.h"

namespace keepwatch::series {

// A value from a tick on. Halves, because a whole 64-bit number would cost four bytes of padding.
struct Run {
    Tick first;
    std::array<std::uint32_t, 2> halves;
    std::uint64_t bits() const { return std::bit_cast<std::uint64_t>(halves); }
};

// The runs of one series in 16 bytes: a single run, which is all that most series ever have, lies
// in place; of several, their array does.
class RunList {
public:
    RunList() = default;
    RunList(RunList&& other) noexcept
        : size_(std::exchange(other.size_, 0)), place_(other.place_) {}
    RunList& operator=(RunList&& other) noexcept {
        std::swap(size_, other.size_);
        std::swap(place_, other.place_);
        return *this;
    }
    ~RunList() { release(); }

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    std::size_t capacity() const { return is_single() ? 1 : place_.first; }
    std::size_t bytes() const { return is_single() ? 0 : capacity() * sizeof(Run); }
    const Run* begin() const { return is_single() ? &place_ : array(); }
    const Run* end() const { return begin() + size_; }
    const Run& front() const { return *begin(); }
    const Run& back() const { return *(end() - 1); }

    void push_back(Run run) {
        if (size_ == 0) {
            place_ = run;
        } else {
            // By half and not to the double: there are as many of these as there are series.
            if (size_ == capacity()) move_to(size_ + std::max<std::uint32_t>(2, size_ / 2));
            array()[size_] = run;
        }
        ++size_;
    }
    void pop_back() { keep(0, size_ - 1); }
    void drop_front(std::size_t count) { keep(count, size_ - count); }
    void shrink() {
        if (size_ < capacity()) move_to(size_);
    }

private:
    bool is_single() const { return size_ < 2; }
    // Of several runs: where they lie is in place of the value, how many fit in that of the tick.
    Run* array() const { return std::bit_cast<Run*>(place_.halves); }

    void release() {
        if (!is_single()) delete[] array();
    }
    void move_to(std::uint32_t capacity) {
        auto* const runs = new Run[capacity];
        std::copy(begin(), end(), runs);
        release();
        place_ = {capacity, std::bit_cast<std::array<std::uint32_t, 2>>(runs)};
    }
    void keep(std::size_t first, std::size_t count) {
        if (is_single()) {
            size_ = static_cast<std::uint32_t>(count);
            return;
        }
        auto* const runs = array();
        if (count >= 2) {
            std::copy(runs + first, runs + first + count, runs);
        } else {
            if (count == 1) place_ = runs[first];
            delete[] runs;
        }
        size_ = static_cast<std::uint32_t>(count);
    }

    std::uint32_t size_ = 0;
    Run place_{};
};

} // namespace keepwatch::series
