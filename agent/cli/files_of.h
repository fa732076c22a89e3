#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keepwatch::cli {

// A folder stands for the files in it with one of these endings (`.toml`), in the order of names.
// Anything else stands for itself, whether it is there or not.
std::vector<std::string> files_of(const std::string& path,
                                  std::span<const std::string_view> endings);

} // namespace keepwatch::cli
