#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace keepwatch {

struct LabelView {
    std::string_view name;
    std::string_view value;
    bool operator==(const LabelView&) const = default;
};

// What Labels are made of: one block of memory with a head and the labels' text, counted by those
// who share it. There is one for each series and for each of its results, so that it is small
// matters: a pointer to each, and no second allocation for the text.
class PackedLabels {
public:
    struct Head {
        std::uint64_t hash = 0;
        mutable std::atomic<std::uint32_t> owners{1};
        std::uint32_t count = 0; // Labels,
        std::uint32_t bytes = 0; // and their text, which follows.
    };

    PackedLabels() = default;
    explicit PackedLabels(std::span<const LabelView> labels); // At least one, sorted by name.
    ~PackedLabels() { drop(); }
    PackedLabels(const PackedLabels& other) noexcept : head_(other.head_) {
        if (head_) head_->owners.fetch_add(1, std::memory_order_relaxed);
    }
    PackedLabels(PackedLabels&& other) noexcept : head_(std::exchange(other.head_, nullptr)) {}
    PackedLabels& operator=(PackedLabels other) noexcept {
        std::swap(head_, other.head_);
        return *this;
    }

    const Head* head() const { return head_; } // Null if there are no labels.
    std::string_view bytes() const;

    // The label that begins here; `at` goes on to the next.
    static LabelView take(const char*& at);

private:
    void drop() {
        if (head_ && head_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy(head_);
    }
    static void destroy(const Head* head);

    const Head* head_ = nullptr;
};

} // namespace keepwatch
