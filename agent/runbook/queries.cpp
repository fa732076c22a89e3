#include "runbook/queries.h"

#include "promql/parse.h"
#include "promql/selectors.h"
#include "runbook/answer.h"
#include "runbook/outline.h"

namespace keepwatch::runbook {
namespace {

void append_selectors(const Fence& fence, std::vector<std::vector<series::Matcher>>& all) {
    const bool templated = fence.text.find("{{") != std::string::npos;
    const alert::Alert nobody;
    RenderContext context;
    context.alert = &nobody;
    const auto text = fill_in(fence.text, context);
    const auto expr = text ? promql::parse(*text) : Result<promql::ExprPtr>(text.error());
    if (!expr) return; // What it says instead of an answer is render()'s matter.
    for (const auto* selector : promql::selectors(**expr)) {
        if (!templated) {
            all.push_back(selector->matchers);
        } else if (const auto name = selector->name(); !name.empty()) {
            all.push_back({series::Matcher::equal(std::string(kNameLabel), std::string(name))});
        }
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
