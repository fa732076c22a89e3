#include "cli/rule_test/report.h"

#include <algorithm>

#include <fmt/format.h>

namespace keepwatch::cli::rule_test {

bool FileReport::passed() const {
    return errors.empty() && std::all_of(verdicts.begin(), verdicts.end(),
                                         [](const Verdict& verdict) { return verdict.passed(); });
}

std::string to_text(const FileReport& report) {
    std::string text;
    for (const auto& warning : report.warnings)
        text += fmt::format("{}: warning: {}\n", report.path, warning);
    for (const auto& error : report.errors) text += error.to_string() + "\n";
    for (std::size_t i = 0; i < report.verdicts.size(); ++i) {
        const auto& verdict = report.verdicts[i];
        if (verdict.passed()) continue;
        const auto name = verdict.name.empty() ? fmt::format("test {}", i + 1)
                                               : fmt::format("test \"{}\"", verdict.name);
        text += fmt::format("{}: {}\n", report.path, name);
        for (const auto& failure : verdict.failures) text += failure;
    }
    return text;
}

std::string difference(std::vector<std::string> wanted, std::vector<std::string> got) {
    std::sort(wanted.begin(), wanted.end());
    std::sort(got.begin(), got.end());
    std::string text;
    const auto line = [&](char mark, const std::string& what) {
        text += fmt::format("      {} {}\n", mark, what);
    };
    auto mine = wanted.begin();
    auto theirs = got.begin();
    while (mine != wanted.end() || theirs != got.end()) {
        if (theirs == got.end() || (mine != wanted.end() && *mine < *theirs))
            line('-', *mine++);
        else if (mine == wanted.end() || *theirs < *mine)
            line('+', *theirs++);
        else
            line(' ', *mine++), ++theirs;
    }
    return text;
}

} // namespace keepwatch::cli::rule_test
