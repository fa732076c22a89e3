#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace keepwatch::config {

// The candidate that was probably meant, if one is near: at most two letters inserted, deleted,
// replaced or swapped, and fewer than half of the word.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

// `; did you mean interval?`, to be put behind a message; "" if no candidate is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

} // namespace keepwatch::config
