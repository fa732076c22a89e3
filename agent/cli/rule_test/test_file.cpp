#include "cli/rule_test/test_file.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <glob.h>

#include <fmt/format.h>

#include "alert/rule_parts.h"
#include "cli/rule_test/native_file.h"
#include "cli/rule_test/native_run.h"
#include "cli/rule_test/promtool_file.h"
#include "cli/rule_test/promtool_run.h"

namespace keepwatch::cli::rule_test {
namespace {

namespace fs = std::filesystem;

Result<std::string> read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file) text << file.rdbuf();
    if (!file && !text.str().empty())
        return Error{ErrorKind::Storage, "cannot be read", {.file = path, .line = 0, .column = 0}};
    std::error_code wrong;
    if (!fs::is_regular_file(path, wrong))
        return Error{ErrorKind::Storage, "is no file", {.file = path, .line = 0, .column = 0}};
    if (text.str().size() > kTestFileBytesMax)
        return Error{ErrorKind::LimitExceeded,
                     fmt::format("is larger than {} bytes", kTestFileBytesMax),
                     {.file = path, .line = 0, .column = 0}};
    return std::move(text).str();
}

std::vector<std::string> matching(const std::string& pattern) {
    ::glob_t found{};
    std::vector<std::string> paths;
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
        paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
    return paths;
}

// The rule files of a test file, each once. promtool reads any of them as YAML.
alert::LoadedRules load_prometheus_rules(const PromtoolFile& file, FileReport& report) {
    alert::LoadedRules loaded;
    std::set<std::string> seen;
    const auto folder = fs::path(report.path).parent_path();
    for (const auto& pattern : file.rule_files) {
        const auto full = (folder / pattern).string(); // An absolute one stays as it is.
        const auto paths = matching(full);
        if (paths.empty()) report.warnings.push_back("no rule file matches " + full);
        for (const auto& path : paths) {
            if (!seen.insert(path).second) continue;
            auto text = read_text(path);
            if (!text) {
                loaded.errors.push_back(std::move(text).error());
                continue;
            }
            auto rules = alert::parse_prometheus_rules(*text, path);
            for (auto& error : rules.errors) loaded.errors.push_back(std::move(error));
            for (auto& group : rules.rules.groups) loaded.rules.groups.push_back(std::move(group));
        }
    }
    return loaded;
}

void run_promtool(std::string_view text, FileReport& report) {
    auto loaded = parse_promtool_file(text, report.path);
    report.errors = std::move(loaded.errors);
    if (!report.errors.empty()) return;
    const auto rules = load_prometheus_rules(loaded.file, report);
    for (const auto& test : loaded.file.tests) {
        if (rules.errors.empty()) {
            report.verdicts.push_back(run_promtool_test(test, loaded.file, rules.rules));
            continue;
        }
        auto& verdict = report.verdicts.emplace_back();
        verdict.name = test.name;
        for (const auto& error : rules.errors)
            verdict.failures.push_back(fmt::format("    {}\n", error.to_string()));
    }
}

void run_native(std::string_view text, FileReport& report) {
    auto loaded = parse_native_file(text, report.path);
    report.errors = std::move(loaded.errors);
    if (!report.errors.empty()) return;
    auto rules = alert::load_rules(loaded.file.rules, loaded.file.params);
    report.errors = std::move(rules.errors);
    if (!report.errors.empty()) return;
    for (const auto& test : loaded.file.tests)
        report.verdicts.push_back(run_native_test(test, loaded.file, rules.rules));
}

} // namespace

FileReport run_file(const std::string& path) {
    FileReport report;
    report.path = path;
    const auto text = read_text(path);
    if (!text)
        report.errors.push_back(text.error());
    else if (fs::path(path).extension() == ".toml")
        run_native(*text, report);
    else
        run_promtool(*text, report);
    return report;
}

} // namespace keepwatch::cli::rule_test
