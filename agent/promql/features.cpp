#include "promql/features.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "model/labels.h"

namespace keepwatch::promql {
namespace {

struct Switch {
    std::string_view name;
    bool Features::* is_on; // Null for what is always on.
};

constexpr Switch kSwitches[] = {
    {"promql-binop-fill-modifiers", &Features::binop_fill_modifiers},
    {"promql-delayed-name-removal", &Features::delayed_name_removal},
    {"promql-duration-expr", nullptr},
    {"promql-experimental-functions", &Features::experimental_functions},
    {"promql-extended-range-selectors", nullptr},
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

Features Features::none() {
    Features features;
    for (const auto& one : kSwitches)
        if (one.is_on != nullptr) features.*one.is_on = false;
    return features;
}

std::vector<std::string_view> Features::names() {
    std::vector<std::string_view> names;
    for (const auto& one : kSwitches) names.push_back(one.name);
    return names;
}

Result<Features> Features::only(std::span<const std::string> names) {
    auto features = none();
    for (const auto& name : names) {
        const auto* found = std::find_if(std::begin(kSwitches), std::end(kSwitches),
                                         [&](const Switch& one) { return one.name == name; });
        if (found == std::end(kSwitches)) return unknown(name);
        if (found->is_on != nullptr) features.*found->is_on = true;
    }
    return features;
}

} // namespace keepwatch::promql
