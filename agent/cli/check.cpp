#include "cli/check.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "alert/rule.h"
#include "cli/exit_code.h"
#include "cli/load.h"
#include "runbook/lint.h"
#include "runbook/runbook.h"

namespace keepwatch::cli {
namespace {

namespace fs = std::filesystem;

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

// A folder stands for the files in it that one of us could have written, in the order of names.
std::vector<std::string> files_of(const std::string& path) {
    std::error_code wrong;
    if (!fs::is_directory(path, wrong)) return {path};
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(path, wrong)) {
        const auto kind = entry.path().extension();
        if (kind == ".toml" || kind == ".yml" || kind == ".yaml" || kind == ".md")
            files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    return files;
}

// A configuration and a rule file are both TOML; the tables tell which.
bool is_config(const std::string& path) {
    if (fs::path(path).extension() != ".toml") return false;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        for (const std::string_view table : {"[agent]", "[serve]", "[receive]", "[store]",
                                             "[rules]", "[runbooks]", "[[target]]", "[[sink]]"})
            if (line.starts_with(table)) return true;
    }
    return false;
}

void check_config(const std::string& path, Findings& findings) {
    const auto loaded = load(path);
    findings.add(loaded.config_errors);
    findings.add(loaded.content_errors);
}

void check_file(const std::string& path, Findings& findings) {
    ++findings.files;
    if (fs::path(path).extension() == ".md") {
        const auto loaded = runbook::load_runbooks({path});
        findings.add(loaded.errors);
        for (const auto& page : loaded.library.all()) findings.add(runbook::lint(page, nullptr));
    } else if (is_config(path)) {
        check_config(path, findings);
    } else {
        findings.add(alert::load_rules({path}).errors);
    }
}

} // namespace

int check(const std::vector<std::string>& paths) {
    Findings findings;
    for (const auto& path : paths)
        for (const auto& file : files_of(path)) check_file(file, findings);
    fmt::print("{} files checked, {} findings\n", findings.files,
               findings.findings + findings.unreadable);
    if (findings.unreadable > 0) return kFailure;
    return findings.findings > 0 ? kFindings : kOk;
}

} // namespace keepwatch::cli
