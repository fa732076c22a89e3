#pragma once

#include <string>
#include <vector>

#include "runbook/outline.h"
#include "runbook/runbook.h"

namespace keepwatch::runbook {

// Collects findings about one SOP.
class Findings {
public:
    explicit Findings(const Runbook& runbook) : runbook_(runbook) {}

    void about_front(std::string message);                         // Placed at the front matter.
    void about_line(std::uint32_t body_line, std::string message); // From 1, within the body.
    std::vector<Error> take() { return std::move(errors_); }

private:
    const Runbook& runbook_;
    std::vector<Error> errors_;
};

// The page's own findings: sections, fences, links.
void lint_page(const Outline& outline, const Runbook& runbook, Findings& findings);

} // namespace keepwatch::runbook
