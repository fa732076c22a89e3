#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "alert/rule.h"
#include "model/result.h"
#include "model/time.h"
#include "runbook/runbook.h"

namespace keepwatch::runbook {

// The sections every SOP has, in this order, each with its least number of words.
struct RequiredSection {
    std::string_view title;
    std::size_t words_min;
};
inline constexpr std::array<RequiredSection, 12> kSections{{{"Meaning", 20},
                                                            {"Impact", 20},
                                                            {"Severity", 15},
                                                            {"Verify", 20},
                                                            {"Diagnosis", 40},
                                                            {"Mitigation", 40},
                                                            {"Rollback", 15},
                                                            {"Confirm recovery", 15},
                                                            {"Escalation", 20},
                                                            {"Silence guidance", 15},
                                                            {"Background", 20},
                                                            {"Change log", 3}}};

using Rules = std::vector<std::shared_ptr<const alert::Rule>>;

// All findings about one SOP, located at file:line:column: front matter incomplete, sections
// missing or thin, commands without safety or way back, metrics and severity that are not those of
// its rule. Without rules, or without a day, what depends on them is not judged.
std::vector<Error> lint(const Runbook& runbook, const Rules* rules = nullptr,
                        std::optional<Timestamp> today = std::nullopt);

// Each SOP, and both directions of the link: every alerting rule has one SOP and every SOP its
// rule.
std::vector<Error> lint(const RunbookLibrary& library, const Rules& rules,
                        std::optional<Timestamp> today = std::nullopt);

inline constexpr std::int64_t kReviewDaysMax = 365;

} // namespace keepwatch::runbook
