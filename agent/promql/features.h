#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.h"

namespace keepwatch::promql {

// Parts of the language that Prometheus 3.16 hides behind `--enable-feature`, by the names they
// have there. Here all are on unless somebody switches them off. What it has for everybody by now,
// promql-duration-expr and promql-extended-range-selectors, can still be named.
struct Features {
    bool experimental_functions = true; // promql-experimental-functions
    bool binop_fill_modifiers = true;   // promql-binop-fill-modifiers
    bool unquoted_utf8_names = true;    // promql-unquoted-utf8-names
    // promql-delayed-name-removal: the metric's name goes at the end of a query, and not at each
    // function; so label_replace() can save it.
    bool delayed_name_removal = true;

    // Those of these names and no others. Refuses a name that is none.
    static Result<Features> only(std::span<const std::string> names);
    static Features none(); // The language of a Prometheus that was given no flag.
    static std::vector<std::string_view> names();
};

} // namespace keepwatch::promql
