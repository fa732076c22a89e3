#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <doctest/doctest.h>

#include "promql/script_runner.h"

namespace keepwatch::promql {
namespace {

using script::Verdict;

struct Tally {
    std::size_t evaluations = 0;
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t skipped = 0;
    std::set<std::string> reasons{}; // Why some were skipped.

    void add(const Verdict& verdict) {
        if (verdict.kind == Verdict::Kind::Done) return;
        ++evaluations;
        if (verdict.kind == Verdict::Kind::Passed) ++passed;
        if (verdict.kind == Verdict::Kind::Failed) ++failed;
        if (verdict.kind == Verdict::Kind::Skipped) ++skipped, reasons.insert(verdict.why);
    }
    void add(const Tally& other) {
        evaluations += other.evaluations;
        passed += other.passed;
        failed += other.failed;
        skipped += other.skipped;
    }
    std::string row(const std::string& name) const {
        return fmt::format("{:<28} {:>6} {:>6} {:>6} {:>6}  {}", name, evaluations, passed, failed,
                           skipped, fmt::join(reasons, ", "));
    }
};

Tally run_file(const std::filesystem::path& path, double tolerance) {
    const auto name = path.string();
    std::ifstream file(path);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto commands = script::parse_script(text);
    if (!commands) {
        DOCTEST_ADD_FAIL_CHECK_AT(name.c_str(), static_cast<int>(commands.error().at.line),
                                  commands.error().message);
        return {};
    }
    Tally tally;
    script::Runner runner(tolerance);
    for (const auto& command : *commands) {
        const auto verdict = runner.run(command);
        tally.add(verdict);
        if (verdict.kind == Verdict::Kind::Failed)
            DOCTEST_ADD_FAIL_CHECK_AT(name.c_str(), static_cast<int>(command.line),
                                      command.expr << "\n  " << verdict.why);
    }
    return tally;
}

std::vector<std::filesystem::path> scripts_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> scripts;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".test") scripts.push_back(entry.path());
    std::sort(scripts.begin(), scripts.end());
    return scripts;
}

} // namespace

TEST_CASE("promql: the scripts beside this file hold") {
    Tally all;
    for (const auto& script : scripts_in(KEEPWATCH_SOURCE_DIR "/tests/promql"))
        all.add(run_file(script, 1e-9));
    CHECK(all.passed > 390);
    CHECK(all.skipped == 0);
}

// KEEPWATCH_PROMQL_SCRIPTS names a folder of scripts from elsewhere, such as Prometheus's own.
TEST_CASE("promql: scripts from elsewhere hold") {
    const char* folder = std::getenv("KEEPWATCH_PROMQL_SCRIPTS");
    if (folder == nullptr) return;
    Tally all;
    std::printf("%-28s %6s %6s %6s %6s\n", "script", "asked", "passed", "failed", "left");
    for (const auto& script : scripts_in(folder)) {
        const auto tally = run_file(script, 1e-6);
        all.add(tally);
        std::printf("%s\n", tally.row(script.filename().string()).c_str());
    }
    std::printf("%s\n", all.row("all").c_str());
    CHECK(all.passed > 0);
}

} // namespace keepwatch::promql
