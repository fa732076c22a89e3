#include "alert/params.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/nearest.h"
#include "model/labels.h"
#include "model/time.h"

namespace keepwatch::alert {
namespace {

using config::TableReader;

constexpr std::string_view kDurationUnit = "duration";

// What a parameter's value must be, for a message.
std::string_view wanted(const Params::Param& param) {
    if (param.unit == kDurationUnit) return "a duration such as \"5m\"";
    return param.is_number ? "a number" : "a string";
}

bool fits(const Params::Param& param, bool is_number, const std::string& text) {
    if (param.unit == kDurationUnit) return !is_number && parse_duration(text).has_value();
    return param.is_number == is_number;
}

Params::Param read_param(TableReader& table, const std::string& name) {
    Params::Param param;
    param.name = name;
    param.at = table.at_table();
    config::Scalar standard;
    table.required("default", standard)
        .required("unit", param.unit)
        .required("reason", param.reason);
    param.is_number = standard.is_number;
    param.standard = param.value = standard.text;
    if (table.has("default") && param.unit == kDurationUnit &&
        !fits(param, standard.is_number, standard.text))
        table.fail("default",
                   fmt::format("must be {}, as its unit is \"duration\"", wanted(param)));
    table.finish();
    return param;
}

} // namespace

std::size_t Expansion::source_of(std::size_t offset) const {
    const auto after = std::find_if(pieces_.begin(), pieces_.end(),
                                    [&](const Piece& piece) { return piece.at > offset; });
    if (after == pieces_.begin()) return offset;
    const auto& piece = *std::prev(after);
    return piece.is_value ? piece.source : piece.source + (offset - piece.at);
}

Params Params::read(TableReader& root, std::string_view pack,
                    std::span<const config::RuleParam> overrides, std::vector<Error>& errors) {
    Params params;
    auto tables = root.table("params");
    if (!tables) return params;
    const auto names = tables->keys();
    if (names.size() > kParamsMax)
        root.fail("params", fmt::format("has {} parameters; at most {} are allowed", names.size(),
                                        kParamsMax));
    for (const auto& name : names) {
        auto table = tables->table(name);
        if (!table) continue;
        if (!is_plain_label_name(name))
            tables->fail(name, "must be called by letters, digits and _");
        params.params_.push_back(read_param(*table, name));
    }
    tables->finish();
    for (const auto& given : overrides)
        if (given.pack == pack) params.override_with(given, errors);
    return params;
}

Params::Param* Params::find(std::string_view name) {
    const auto found = std::find_if(params_.begin(), params_.end(),
                                    [&](const Param& param) { return param.name == name; });
    return found == params_.end() ? nullptr : &*found;
}

void Params::override_with(const config::RuleParam& given, std::vector<Error>& errors) {
    auto* param = find(given.name);
    if (param == nullptr) return; // Whoever loads all packs tells of it.
    if (fits(*param, given.is_number, given.text)) {
        param->value = given.text;
        return;
    }
    const auto got = given.is_number ? given.text : keepwatch::quoted(given.text);
    if (errors.size() < config::kErrorsMax)
        errors.push_back({ErrorKind::InvalidInput,
                          fmt::format("rules.params.{}.{} must be {}, not {}", given.pack,
                                      given.name, wanted(*param), got),
                          given.at});
}

std::string Params::known() const {
    if (params_.empty()) return "the pack has none";
    std::string names;
    for (const auto& param : params_) names += (names.empty() ? "" : ", ") + param.name;
    return "known parameters: " + names;
}

Result<Expansion> Params::expand(std::string_view text) {
    const auto failed = [](std::size_t at, std::string message) {
        return Error{ErrorKind::InvalidInput, std::move(message),
                     Location{.file = {}, .line = 0, .column = static_cast<std::uint32_t>(at)}};
    };
    Expansion expansion;
    const auto add = [&](std::string_view piece, std::size_t source, bool is_value) {
        expansion.pieces_.push_back({expansion.text_.size(), source, is_value});
        expansion.text_ += piece;
    };
    std::size_t done = 0;
    for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
        const auto end = text.find('}', at);
        const auto name = text.substr(at + 2, end - at - 2);
        if (end != std::string_view::npos && !is_plain_label_name(name)) continue;
        if (at > done && text[at - 1] == '$') { // Written twice, the sign stands for itself.
            add(text.substr(done, at - 1 - done), done, false);
            done = at;
            continue;
        }
        if (end == std::string_view::npos) return failed(at, "${ lacks its }");
        auto* param = find(name);
        if (param == nullptr)
            return failed(
                at, fmt::format("there is no parameter {}; {}", keepwatch::quoted(name), known()));
        add(text.substr(done, at - done), done, false);
        add(param->value, at, true);
        param->is_used = true;
        done = end + 1;
    }
    add(text.substr(done), done, false);
    return expansion;
}

} // namespace keepwatch::alert
