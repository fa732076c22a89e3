#pragma once

#include <span>
#include <string>

#include "model/result.h"

namespace keepwatch::promql {

// Parts of the language that Prometheus hides behind `--enable-feature`, by the names they have
// there. Here all are on unless somebody switches them off.
struct Features {
    bool experimental_functions = true;   // promql-experimental-functions
    bool duration_expr = true;            // promql-duration-expr
    bool extended_range_selectors = true; // promql-extended-range-selectors
    bool binop_fill_modifiers = true;     // promql-binop-fill-modifiers
    bool unquoted_utf8_names = true;      // promql-unquoted-utf8-names
    // promql-delayed-name-removal: the metric's name goes at the end of a query, and not at each
    // function; so label_replace() can save it.
    bool delayed_name_removal = true;

    // Those of these names and no others. Refuses a name that is none.
    static Result<Features> only(std::span<const std::string> names);
};

} // namespace keepwatch::promql
