#include "runbook/lint_page.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "model/labels.h"
#include "promql/parse.h"
#include "runbook/lint.h"
#include "templating/template.h"

namespace keepwatch::runbook {
namespace {

// Written in halves, so that this file is not what it looks for.
constexpr std::array<std::string_view, 4> kUnfinished{"TO"
                                                      "DO",
                                                      "T"
                                                      "BD",
                                                      "FIX"
                                                      "ME",
                                                      "insert site"};

void check_sections(const Outline& outline, Findings& findings) {
    std::size_t next = 0;
    for (const auto& required : kSections) {
        const auto found =
            std::find_if(outline.sections.begin(), outline.sections.end(),
                         [&](const Section& s) { return s.title == required.title; });
        if (found == outline.sections.end()) {
            findings.about_line(
                1, fmt::format("section {} is missing", keepwatch::quoted(required.title)));
            continue;
        }
        const auto position = static_cast<std::size_t>(found - outline.sections.begin());
        if (position < next)
            findings.about_line(found->line, fmt::format("section {} is out of order",
                                                         keepwatch::quoted(required.title)));
        next = std::max(next, position + 1);
        if (found->words < required.words_min)
            findings.about_line(found->line,
                                fmt::format("section {} has {} words; at least {} are wanted",
                                            keepwatch::quoted(required.title), found->words,
                                            required.words_min));
    }
    for (const auto& section : outline.sections) {
        const bool known = std::any_of(kSections.begin(), kSections.end(),
                                       [&](const auto& s) { return s.title == section.title; });
        if (!known)
            findings.about_line(section.line, fmt::format("section {} is not one of the twelve",
                                                          keepwatch::quoted(section.title)));
        for (const auto word : kUnfinished)
            if (section.prose.find(word) != std::string::npos)
                findings.about_line(
                    section.line,
                    fmt::format("section {} says {}", keepwatch::quoted(section.title), word));
    }
}

bool is_command(const Fence& fence) {
    return fence.language == "sh" || fence.language == "promql";
}

bool has_command(const Outline& outline, std::string_view title) {
    const auto* section = outline.section(title);
    return section == nullptr ||
           std::any_of(section->fences.begin(), section->fences.end(), is_command);
}

void check_promql(const Fence& fence, Findings& findings) {
    // Live values are put in before the block is read, so only blocks without are PromQL as
    // written.
    const auto parsed = templating::Template::parse(fence.text);
    if (!parsed)
        return findings.about_line(fence.line + parsed.error().at.line, parsed.error().message);
    if (!parsed->is_literal()) return;
    // Without the last line break, behind which an unexpected end would lie.
    const auto expr = promql::parse(fence.text.substr(0, fence.text.find_last_not_of('\n') + 1));
    if (!expr) findings.about_line(fence.line + expr.error().at.line, expr.error().message);
}

void check_way_back(const Section& section, std::size_t index, const Outline& outline,
                    Findings& findings) {
    const auto& fence = section.fences[index];
    const auto name = fence.attribute("name");
    for (const std::string_view word : {"Risk:", "Expected:", "Rollback:"})
        if (section.after_fence[index].find(word) == std::string::npos)
            findings.about_line(fence.line,
                                fmt::format("block {} changes something and is not followed by {}",
                                            keepwatch::quoted(name), word));
    const auto* rollback = outline.section("Rollback");
    if (rollback != nullptr && rollback->prose.find(name) == std::string::npos)
        findings.about_line(
            fence.line,
            fmt::format("section \"Rollback\" does not mention block {}", keepwatch::quoted(name)));
}

void check_fence(const Fence& fence, Findings& findings,
                 std::set<std::string, std::less<>>& names) {
    constexpr std::array<std::string_view, 6> languages{"sh",         "promql", "text",
                                                        "properties", "toml",   "json"};
    if (!fence.problem.empty()) findings.about_line(fence.line, "a block " + fence.problem);
    if (std::find(languages.begin(), languages.end(), fence.language) == languages.end())
        findings.about_line(fence.line, fmt::format("a block must be one of {}, not {}",
                                                    fmt::join(languages, ", "),
                                                    keepwatch::quoted(fence.language)));
    if (!is_command(fence)) return;
    const auto name = fence.attribute("name");
    if (name.empty())
        findings.about_line(fence.line, "a block that can be run needs a name");
    else if (!names.emplace(name).second)
        findings.about_line(fence.line,
                            fmt::format("block {} is there twice", keepwatch::quoted(name)));
    const auto safety = fence.attribute("safety");
    if (fence.language == "sh" && safety != "read" && safety != "write" && safety != "destructive")
        findings.about_line(fence.line,
                            fmt::format("block {} needs safety read, write or destructive, not {}",
                                        keepwatch::quoted(name), keepwatch::quoted(safety)));
    if (fence.language == "promql") check_promql(fence, findings);
}

void check_fences(const Outline& outline, Findings& findings) {
    std::set<std::string, std::less<>> names;
    for (const auto& section : outline.sections) {
        // What undoes is there, and a silence ends by itself.
        const bool exempt = section.title == "Rollback" || section.title == "Silence guidance";
        for (std::size_t i = 0; i < section.fences.size(); ++i) {
            const auto& fence = section.fences[i];
            check_fence(fence, findings, names);
            const auto safety = fence.attribute("safety");
            if (!exempt && (safety == "write" || safety == "destructive"))
                check_way_back(section, i, outline, findings);
        }
    }
    for (const std::string_view title : {"Verify", "Confirm recovery"})
        if (!has_command(outline, title))
            findings.about_line(outline.section(title)->line,
                                fmt::format("section {} has no command", keepwatch::quoted(title)));
}

void check_links(const Outline& outline, Findings& findings) {
    for (const auto& link : outline.links)
        if (std::find(outline.anchors.begin(), outline.anchors.end(), link.anchor) ==
            outline.anchors.end())
            findings.about_line(
                link.line, fmt::format("a link leads to #{}, which is no heading", link.anchor));
}

} // namespace

void Findings::about_front(std::string message) {
    errors_.push_back({ErrorKind::InvalidInput, std::move(message), {runbook_.path, 1, 1}});
}

void Findings::about_line(std::uint32_t body_line, std::string message) {
    errors_.push_back({ErrorKind::InvalidInput,
                       std::move(message),
                       {runbook_.path, runbook_.body_line + std::max(body_line, 1U) - 1, 1}});
}

void lint_page(const Outline& outline, const Runbook& runbook, Findings& findings) {
    if (outline.title != runbook.alert)
        findings.about_line(1, fmt::format("the heading must be {}, not {}",
                                           keepwatch::quoted(runbook.alert),
                                           keepwatch::quoted(outline.title)));
    check_sections(outline, findings);
    check_fences(outline, findings);
    check_links(outline, findings);
    if (const auto body = templating::Template::parse(runbook.body); !body)
        findings.about_line(body.error().at.line, body.error().message);
}

} // namespace keepwatch::runbook
