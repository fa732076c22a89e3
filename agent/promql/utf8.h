#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace keepwatch::promql {

// The bytes that the first character takes, 1 to 4; 0 if they are not valid UTF-8.
std::size_t utf8_sequence_size(std::string_view text);

bool is_valid_utf8(std::string_view text);

// The same size if that character is a letter of any script (Unicode category L), else 0.
std::size_t utf8_letter_size(std::string_view text);

void append_utf8(std::string& text, std::uint32_t code_point);

// The first character as Go's %q writes it: `'x'`, `'\n'`, `'\x01'`; `'\ufffd'` itself if there is
// none or it is not valid UTF-8.
std::string quoted_character(std::string_view text);

} // namespace keepwatch::promql
