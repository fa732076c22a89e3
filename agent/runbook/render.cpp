#include <algorithm>
#include <memory>

#include <cmark-gfm.h>
#include <fmt/format.h>

#include "model/utf8.h"
#include "runbook/answer.h"
#include "runbook/outline.h"
#include "runbook/runbook.h"

namespace keepwatch::runbook {
namespace {

constexpr std::size_t kDiagnosisBytesMax = 8 << 10; // Of all answers that go into a page.
constexpr std::size_t kBlocksMax = 10;

std::string filled_or_raw(const std::string& text, std::string_view what,
                          const RenderContext& context, std::vector<std::string>& problems) {
    auto filled = fill_in(text, context);
    if (filled) return *std::move(filled);
    problems.push_back(fmt::format("{}: {}", what, filled.error().to_string()));
    return text;
}

std::string indented(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1);
        out.append("  ").append(text.substr(0, end + 1));
        text.remove_prefix(end + 1);
    }
    return out;
}

std::string answer_or_problem(const Fence& fence, const RenderContext& context,
                              std::vector<std::string>& problems) {
    auto found = answer(fence.text, context);
    if (found) return *std::move(found);
    const auto why = found.error().to_string();
    problems.push_back(fmt::format("block {}: {}", fence.attribute("name"), why));
    return "could not be asked: " + why + "\n";
}

std::string diagnosis_of(const Runbook& runbook, const RenderContext& context,
                         std::vector<std::string>& problems) {
    std::string text;
    std::size_t blocks = 0;
    const auto outline = outline_of(runbook.body);
    for (const std::string_view title : {"Verify", "Diagnosis"}) {
        const auto* section = outline.section(title);
        if (section == nullptr) continue;
        for (const auto& fence : section->fences) {
            if (fence.language != "promql" || blocks++ >= kBlocksMax) continue;
            text += fmt::format("{}:\n", fence.attribute("name"));
            text += indented(answer_or_problem(fence, context, problems));
        }
    }
    if (text.size() <= kDiagnosisBytesMax) return text;
    return std::string(utf8_prefix(text, kDiagnosisBytesMax)) + "…\n";
}

// The lines of a text, each with its end.
std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1);
        lines.push_back(text.substr(0, end + 1));
        text.remove_prefix(end + 1);
    }
    return lines;
}

struct FreeNode {
    void operator()(cmark_node* node) const { cmark_node_free(node); }
};

} // namespace

Rendered render(const Runbook& runbook, const RenderContext& context) {
    Rendered rendered;
    rendered.id = runbook.id;
    rendered.title = runbook.title;
    if (!context.base_url.empty()) {
        const bool slash = context.base_url.back() == '/';
        rendered.url = context.base_url + (slash ? "" : "/") + runbook.id;
    }
    const auto& steps =
        context.steps_override.empty() ? runbook.page_steps : context.steps_override;
    for (const auto& step : steps)
        rendered.steps.push_back(filled_or_raw(step, "page step", context, rendered.problems));
    if (context.series != nullptr)
        rendered.diagnosis = diagnosis_of(runbook, context, rendered.problems);
    return rendered;
}

std::string render_markdown(const Runbook& runbook, const RenderContext& context) {
    std::vector<std::string> problems;
    const auto body = filled_or_raw(runbook.body, "page", context, problems);
    if (context.series == nullptr) return body;
    auto lines = lines_of(body);
    std::vector<std::string> answers(lines.size());
    for (const auto& section : outline_of(body).sections)
        for (const auto& fence : section.fences) {
            if (fence.language != "promql" || fence.end_line == 0 || fence.end_line > lines.size())
                continue;
            std::vector<std::string> unused; // The answer says it, where it stands.
            answers[fence.end_line - 1] =
                "\n```text\n" + answer_or_problem(fence, context, unused) + "```\n";
        }
    std::string page;
    for (std::size_t i = 0; i < lines.size(); ++i) page.append(lines[i]).append(answers[i]);
    return page;
}

std::string to_plain_text(std::string_view markdown, int width) {
    const std::unique_ptr<cmark_node, FreeNode> document(
        cmark_parse_document(markdown.data(), markdown.size(), CMARK_OPT_DEFAULT));
    auto* allocator = cmark_get_default_mem_allocator();
    const std::unique_ptr<char, decltype(allocator->free)> text(
        cmark_render_plaintext(document.get(), CMARK_OPT_DEFAULT, width), allocator->free);
    return text.get();
}

} // namespace keepwatch::runbook
