#include "promql/features.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "model/labels.h"

namespace keepwatch::promql {
namespace {

struct Switch {
    std::string_view name;
    bool Features::* is_on;
};

constexpr Switch kSwitches[] = {
    {"promql-binop-fill-modifiers", &Features::binop_fill_modifiers},
    {"promql-delayed-name-removal", &Features::delayed_name_removal},
    {"promql-duration-expr", &Features::duration_expr},
    {"promql-experimental-functions", &Features::experimental_functions},
    {"promql-extended-range-selectors", &Features::extended_range_selectors},
    {"promql-unquoted-utf8-names", &Features::unquoted_utf8_names},
};

Error unknown(const std::string& name) {
    std::string known;
    for (const auto& one : kSwitches)
        known += fmt::format("{}{}", known.empty() ? "" : ", ", one.name);
    return {ErrorKind::InvalidInput,
            fmt::format("unknown feature {}, expected one of {}", quoted(name), known)};
}

} // namespace

Result<Features> Features::only(std::span<const std::string> names) {
    Features features;
    for (const auto& one : kSwitches) features.*one.is_on = false;
    for (const auto& name : names) {
        const auto* found = std::find_if(std::begin(kSwitches), std::end(kSwitches),
                                         [&](const Switch& one) { return one.name == name; });
        if (found == std::end(kSwitches)) return unknown(name);
        features.*found->is_on = true;
    }
    return features;
}

} // namespace keepwatch::promql
