#pragma once

#include <string>

#include "templating/tree.h"

namespace keepwatch::templating {

// Runs a template over its data. An error names the place in the template's text.
Result<std::string> execute(const Tree& tree, const Context& context, Bounds bounds);

// {{ template }} may call this deep, itself among others.
inline constexpr std::size_t kCallDepthMax = 50;

} // namespace keepwatch::templating
