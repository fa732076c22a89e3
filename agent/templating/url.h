#pragma once

#include <string>
#include <string_view>

namespace keepwatch::templating {

// As Go's url.QueryEscape: letters, digits, - _ . ~ stay, a space becomes +, the rest %XX.
std::string query_escape(std::string_view text);

// The path of an absolute URL, "" if it has none.
std::string_view path_of(std::string_view url);

} // namespace keepwatch::templating
