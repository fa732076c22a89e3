#include "cli/test.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/rule_test/test_file.h"

namespace keepwatch::cli {
namespace {

namespace fs = std::filesystem;

// A folder stands for the files of tests in it, in the order of names.
std::vector<std::string> files_of(const std::string& path) {
    std::error_code wrong;
    if (!fs::is_directory(path, wrong)) return {path};
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(path, wrong)) {
        const auto kind = entry.path().extension();
        if (kind == ".toml" || kind == ".yml" || kind == ".yaml")
            files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

int test(const std::vector<std::string>& paths) {
    std::size_t passed = 0;
    std::size_t failed = 0;
    for (const auto& path : paths) {
        for (const auto& file : files_of(path)) {
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
