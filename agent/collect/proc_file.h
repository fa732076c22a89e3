#pragma once

#include <cstddef>
#include <string>

namespace keepwatch::collect {

inline constexpr std::size_t kProcFileBytesMax = 1 << 20;

// What a file of /proc says now; "" if it cannot be read, as it may not exist in this kernel or not
// be ours to read. At most kProcFileBytesMax, or so much less as is wanted.
std::string read_proc_file(const std::string& path, std::size_t bytes_max = kProcFileBytesMax);

} // namespace keepwatch::collect
