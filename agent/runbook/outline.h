#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keepwatch::runbook {

// A fenced block of code: ```sh {name="isr-state" safety="read" timeout=30}.
struct Fence {
    std::string language;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::string problem; // What is wrong with the line that opens it; "" if nothing.
    std::string text;
    std::uint32_t line = 0; // Of the opening ```, from 1, within the Markdown.
    std::uint32_t end_line = 0;

    std::string_view attribute(std::string_view name) const; // "" if absent.
};

// From one `##` heading to the next.
struct Section {
    std::string title;
    std::uint32_t line = 0;
    std::size_t words = 0; // Of prose, without fences.
    std::string prose;     // Words as written, a line break between blocks.
    std::vector<Fence> fences;
    // For each fence, the prose from it to the next fence that changes something, or to the end.
    std::vector<std::string> after_fence;
};

struct Link {
    std::string anchor; // Of `[text](#anchor)`.
    std::uint32_t line = 0;
};

// What a Markdown text is made of, with lines that are exact.
struct Outline {
    std::string title; // Of the first `#` heading.
    std::vector<Section> sections;
    std::vector<std::string> anchors; // Of all headings, as GitHub makes them.
    std::vector<Link> links;          // Within the page.

    const Section* section(std::string_view title) const; // Null if there is none.
};

Outline outline_of(std::string_view markdown);

} // namespace keepwatch::runbook
