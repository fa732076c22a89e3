#include "cli/check.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <span>

#include <fmt/format.h>

#include "alert/lint.h"
#include "alert/rule.h"
#include "cli/exit_code.h"
#include "cli/files_of.h"
#include "cli/load.h"
#include "cli/rule_test/native_file.h"
#include "promql/print.h"
#include "runbook/lint.h"
#include "runbook/runbook.h"

namespace keepwatch::cli {
namespace {

namespace fs = std::filesystem;

// Of the files in a folder that one of us could have written.
constexpr std::string_view kEndings[] = {".toml", ".yml", ".yaml", ".md"};

struct Findings {
    std::size_t unreadable = 0;
    std::size_t findings = 0;
    std::size_t files = 0;

    void add(const Error& error) {
        fmt::print(stderr, "{}\n", error.to_string());
        ++(error.kind == ErrorKind::Storage ? unreadable : findings);
    }
    void add(const std::vector<Error>& errors) {
        for (const auto& error : errors) add(error);
    }
};

// Configurations, rules and their tests are all TOML; the tables tell which a file is.
bool has_table(const std::string& path, std::span<const std::string_view> tables) {
    if (fs::path(path).extension() != ".toml") return false;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        for (const auto table : tables)
            if (line.starts_with(table)) return true;
    return false;
}

bool is_config(const std::string& path) {
    constexpr std::string_view tables[] = {"[agent]", "[serve]",    "[receive]",  "[store]",
                                           "[rules]", "[runbooks]", "[[target]]", "[[sink]]"};
    return has_table(path, tables);
}

bool is_test(const std::string& path) {
    constexpr std::string_view tables[] = {"[[test]]"};
    return has_table(path, tables);
}

void show(const alert::Rule& rule) {
    fmt::print("{}:{}: {}\n    expr = {}\n", rule.at.file, rule.at.line, rule.name,
               promql::print(*rule.expr));
    if (rule.recover) fmt::print("    recover = {}\n", promql::print(*rule.recover));
    if (rule.hold.ms > 0) fmt::print("    for = {}\n", format_duration(rule.hold));
    if (rule.keep_firing.ms > 0)
        fmt::print("    keep_firing_for = {}\n", format_duration(rule.keep_firing));
}

void look_at(const alert::LoadedRules& loaded, const CheckOptions& options, Findings& findings) {
    if (options.lint) findings.add(alert::lint(loaded));
    if (!options.show) return;
    for (const auto& group : loaded.rules.groups)
        for (const auto& rule : group.rules) show(*rule);
}

void check_config(const std::string& path, const CheckOptions& options, Findings& findings) {
    const auto loaded = load(path);
    findings.add(loaded.config_errors);
    findings.add(loaded.content_errors);
    if (loaded.config_errors.empty() && (options.lint || options.show))
        look_at(alert::load_rules(loaded.config.rule_paths, loaded.config.rule_params,
                                  loaded.yaml_features),
                options, findings);
}

void check_test(const std::string& path, Findings& findings) {
    const auto document = config::Document::load(path);
    if (!document) return findings.add(document.error());
    findings.add(rule_test::parse_native_file(*document).errors);
}

void check_rules(const std::string& path, const CheckOptions& options, Findings& findings) {
    const auto loaded = alert::load_rules({path});
    findings.add(loaded.errors);
    look_at(loaded, options, findings);
}

void check_file(const std::string& path, const CheckOptions& options, Findings& findings) {
    ++findings.files;
    if (fs::path(path).extension() == ".md") {
        const auto loaded = runbook::load_runbooks({path});
        findings.add(loaded.errors);
        for (const auto& page : loaded.library.all()) findings.add(runbook::lint(page, nullptr));
    } else if (is_config(path)) {
        check_config(path, options, findings);
    } else if (is_test(path)) {
        check_test(path, findings);
    } else {
        check_rules(path, options, findings);
    }
}

} // namespace

int check(const CheckOptions& options) {
    Findings findings;
    for (const auto& path : options.paths)
        for (const auto& file : files_of(path, kEndings)) check_file(file, options, findings);
    fmt::print("{} files checked, {} findings\n", findings.files,
               findings.findings + findings.unreadable);
    if (findings.unreadable > 0) return kFailure;
    return findings.findings > 0 ? kFindings : kOk;
}

} // namespace keepwatch::cli
