#pragma once

#include <compare>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/packed_labels.h"

namespace keepwatch {

inline constexpr std::string_view kNameLabel = "__name__";

// An immutable set of labels, sorted by name, without duplicates; an empty value means the label
// is absent. Copies share one buffer, so passing by value is cheap, between threads too; views
// into it live as long as any copy.
class Labels {
public:
    Labels() = default;
    // In any order. Of two labels of one name the later wins.
    Labels(std::initializer_list<std::pair<std::string_view, std::string_view>> labels);
    static Labels from(std::vector<std::pair<std::string, std::string>> labels);
    // The caller vouches: sorted, unique, no empty values.
    static Labels from_sorted(std::span<const LabelView> labels);

    std::string_view get(std::string_view name) const; // "" if absent.
    bool has(std::string_view name) const { return !get(name).empty(); }
    std::string_view name() const { return get(kNameLabel); }
    std::size_t size() const { return packed_.head() ? packed_.head()->count : 0; }
    bool empty() const { return size() == 0; }
    std::uint64_t hash() const { return packed_.head() ? packed_.head()->hash : 0; }

    Labels with(std::string_view name, std::string_view value) const;
    Labels without(std::span<const std::string> names) const;
    Labels only(std::span<const std::string> names) const;
    Labels without_name() const;

    // As PromQL writes it: `up{instance="b1",job="kafka"}`, `{}`; values quoted and escaped.
    std::string to_string() const;

    bool operator==(const Labels& other) const;
    std::strong_ordering operator<=>(const Labels& other) const; // Name by name, value by value.

    class Iterator {
    public:
        using value_type = LabelView;
        using difference_type = std::ptrdiff_t;
        Iterator() = default;
        LabelView operator*() const { return current_; }
        const LabelView* operator->() const { return &current_; }
        Iterator& operator++() {
            advance();
            return *this;
        }
        Iterator operator++(int) {
            auto before = *this;
            advance();
            return before;
        }
        bool operator==(const Iterator& other) const { return left_ == other.left_; }

    private:
        friend class Labels;
        Iterator(const char* at, std::size_t left) : at_(at), left_(left + 1) { advance(); }
        void advance();
        const char* at_ = nullptr;
        std::size_t left_ = 0; // Labels not yet passed, the current one among them.
        LabelView current_{};
    };
    Iterator begin() const;
    static Iterator end() { return {}; }

private:
    PackedLabels packed_;
};

// Collects changes to a set of labels.
class LabelsBuilder {
public:
    LabelsBuilder() = default;
    explicit LabelsBuilder(const Labels& start);
    LabelsBuilder& set(std::string_view name, std::string_view value); // "" removes.
    LabelsBuilder& erase(std::string_view name) { return set(name, ""); }
    std::string_view get(std::string_view name) const;
    Labels build() const;

private:
    std::vector<std::pair<std::string, std::string>> labels_; // Sorted by name.
};

// Whether PromQL accepts the name without quotes: [a-zA-Z_][a-zA-Z0-9_]*, and ':' for metrics.
bool is_plain_label_name(std::string_view name);
bool is_plain_metric_name(std::string_view name);

// In double quotes with Go's escapes (\", \\, \n, \u00a0, …), as PromQL and Prometheus print
// strings. Bytes that are not UTF-8 come out as \xff.
std::string quoted(std::string_view text);

} // namespace keepwatch

template <> struct std::hash<keepwatch::Labels> {
    std::size_t operator()(const keepwatch::Labels& labels) const noexcept { return labels.hash(); }
};
