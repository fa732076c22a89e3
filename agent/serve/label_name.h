#pragma once

#include <string>
#include <string_view>

namespace keepwatch::serve {

// A label's name as it is, where a path has it escaped because it is no plain one:
// `U__http_2e_status__code` is `http.status_code`. What is no such escape stands for itself.
// https://prometheus.io/docs/instrumenting/escaping_schemes/#value-encoding-escaping-escapevalues
std::string unescaped_label_name(std::string_view text);

} // namespace keepwatch::serve
