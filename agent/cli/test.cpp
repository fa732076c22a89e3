#include "cli/test.h"

#include <string_view>

#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/files_of.h"
#include "cli/rule_test/test_file.h"

namespace keepwatch::cli {
namespace {

constexpr std::string_view kEndings[] = {".toml", ".yml", ".yaml"};

} // namespace

int test(const std::vector<std::string>& paths) {
    std::size_t passed = 0;
    std::size_t failed = 0;
    for (const auto& path : paths) {
        for (const auto& file : files_of(path, kEndings)) {
            const auto report = rule_test::run_file(file);
            fmt::print("{}", rule_test::to_text(report));
            if (!report.errors.empty()) ++failed;
            for (const auto& verdict : report.verdicts) ++(verdict.passed() ? passed : failed);
            fmt::print("{}: {}\n", file, report.passed() ? "passed" : "FAILED");
        }
    }
    fmt::print("{} passed, {} failed\n", passed, failed);
    return failed == 0 ? kOk : kFailure;
}

} // namespace keepwatch::cli
