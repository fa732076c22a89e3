#pragma once

#include <cstdint>
#include <string_view>

namespace keepwatch::promql {

// What a text that begins with a digit, or a dot and a digit, begins with.
struct NumberScan {
    enum class Kind : std::uint8_t { Number, Duration, Neither };
    Kind kind = Kind::Neither;
    std::size_t size = 0; // Bytes; of Neither, up to and with what does not fit.
};

// `1_000`, `0x1f`, `2.5e-3`, or `1h30m`. A number may still be out of range, and a duration have
// its units in the wrong order: that is found when they are read.
NumberScan scan_number(std::string_view text);

} // namespace keepwatch::promql
