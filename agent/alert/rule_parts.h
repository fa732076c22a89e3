#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "alert/rule.h"

// The parts of a rule that are languages of their own, with errors that point into the file.
namespace keepwatch::alert {

// Where in the file a line and column of one text stand. A location without a file means that only
// the line and column within the text are known.
using Place = std::function<Location(std::uint32_t line, std::uint32_t column)>;

// Byte offset of a line and column (both from 1) within a text.
std::size_t offset_of(std::string_view text, std::uint32_t line, std::uint32_t column);

// Both name the part in their message: `expr: parse error: unexpected end of input`.
Result<promql::ExprPtr> parse_expr(std::string_view part, const std::string& text,
                                   const Place& place, const promql::Features& features);
Result<TemplatedLabel> parse_templated(std::string_view part, const std::string& name,
                                       const std::string& text, const Place& place);

inline constexpr std::size_t kPageStepsMax = 3;
inline constexpr std::size_t kPageStepBytesMax = 200;

// Readers of the two forms, which parse_rules() chooses between.
LoadedRules parse_native_rules(std::string_view text, const std::string& file_name,
                               std::span<const config::RuleParam> overrides);
LoadedRules parse_prometheus_rules(std::string_view text, const std::string& file_name,
                                   const promql::Features& features = promql::Features::none());

} // namespace keepwatch::alert
