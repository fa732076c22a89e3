#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "exposition/series_text.h"

namespace keepwatch::exposition {

// The metric name that HELP, TYPE and UNIT lines begin with, plain or in quotes, and what follows.
struct MetadataLine {
    std::string_view name; // Without quotes.
    std::string_view text; // After the name, with the blank between.
};
std::optional<Fault> parse_metadata(std::string_view line, MetadataLine& into);

// Whether the text, after one blank, is one of the types.
std::optional<Fault> check_type(std::string_view text, std::span<const std::string_view> types);

std::optional<Fault> check_help(std::string_view text);

} // namespace keepwatch::exposition
