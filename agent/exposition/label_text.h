#pragma once

#include <string>
#include <string_view>

namespace keepwatch::exposition {

// A label's value as it stands between quotes on a page: `\\`, `\"` and `\n` for what would end it.
std::string escaped_label_value(std::string_view value);

} // namespace keepwatch::exposition
