#pragma once

#include <string>
#include <vector>

#include "model/labels.h"
#include "model/result.h"

namespace keepwatch::cli::rule_test {

// What one test of a file came to. It passed if nothing is in it.
struct Verdict {
    std::string name;                  // "" if it has none.
    std::vector<std::string> failures; // Each with what was wanted and what came, on several lines.
    bool passed() const { return failures.empty(); }
};

struct FileReport {
    std::string path;
    std::vector<Error> errors; // The file could not be read; then no test ran.
    std::vector<std::string> warnings;
    std::vector<Verdict> verdicts;
    bool passed() const;
};

// For people. Ends with a newline.
std::string to_text(const FileReport& report);

// What differs between two lists of lines that should be equal: those that are in both behind
// blanks, those that are missing behind `-`, those that should not be there behind `+`.
std::string difference(std::vector<std::string> wanted, std::vector<std::string> got);

} // namespace keepwatch::cli::rule_test
