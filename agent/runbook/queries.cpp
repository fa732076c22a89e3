#include "runbook/queries.h"

#include <string>
#include <string_view>

#include "promql/parse.h"
#include "promql/selectors.h"
#include "runbook/outline.h"

namespace keepwatch::runbook {
namespace {

// Stands for what a template will give; no series has it.
constexpr std::string_view kUnknown = "runbook_template";

// The text with every `{{ … }}` as something that is not known yet.
std::string without_templates(std::string_view text) {
    std::string plain;
    for (auto open = text.find("{{"); open != text.npos; open = text.find("{{")) {
        const auto close = text.find("}}", open);
        if (close == text.npos) break;
        plain.append(text.substr(0, open)).append(kUnknown);
        text.remove_prefix(close + 2);
    }
    return plain.append(text);
}

void append_selectors(const Fence& fence, std::vector<std::vector<series::Matcher>>& all) {
    const auto expr = promql::parse(without_templates(fence.text));
    if (!expr) return; // What it says instead of an answer is render()'s matter.
    for (const auto* selector : promql::selectors(**expr)) {
        if (selector->name().find(kUnknown) != std::string_view::npos) continue;
        std::vector<series::Matcher> known;
        for (const auto& matcher : selector->matchers)
            if (matcher.value().find(kUnknown) == std::string::npos) known.push_back(matcher);
        if (!known.empty()) all.push_back(std::move(known));
    }
}

} // namespace

std::vector<std::vector<series::Matcher>> selectors_of(const Runbook& runbook) {
    std::vector<std::vector<series::Matcher>> all;
    for (const auto& section : outline_of(runbook.body).sections)
        for (const auto& fence : section.fences)
            if (fence.language == "promql") append_selectors(fence, all);
    return all;
}

} // namespace keepwatch::runbook
