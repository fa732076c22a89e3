#include "runbook/outline.h"

#include <algorithm>
#include <memory>

#include <cmark-gfm.h>

namespace keepwatch::runbook {
namespace {

struct FreeNode {
    void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct FreeIterator {
    void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
};

std::string_view text_of(const char* text) {
    return text == nullptr ? std::string_view() : text;
}

std::uint32_t line_of(cmark_node* node) {
    return static_cast<std::uint32_t>(std::max(cmark_node_get_start_line(node), 0));
}

// All words below a node, code spans too; fenced blocks are no words.
std::string prose_of(cmark_node* root) {
    std::string prose;
    const std::unique_ptr<cmark_iter, FreeIterator> iterator(cmark_iter_new(root));
    for (auto event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(iterator.get())) {
        auto* node = cmark_iter_get_node(iterator.get());
        const auto type = cmark_node_get_type(node);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
            prose += text_of(cmark_node_get_literal(node));
        else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            prose += ' ';
        else if (event == CMARK_EVENT_EXIT &&
                 (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING))
            prose += '\n';
    }
    return prose;
}

std::size_t count_words(std::string_view prose) {
    std::size_t words = 0;
    bool inside = false;
    for (const char c : prose) {
        const bool space = c == ' ' || c == '\n' || c == '\t';
        if (!space && !inside) ++words;
        inside = !space;
    }
    return words;
}

// As GitHub: lower case, spaces to hyphens, everything else but letters, digits, - and _ dropped.
std::string anchor_of(std::string_view heading) {
    std::string anchor;
    for (const char c : heading) {
        const bool kept = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' ||
                          c == '_' || static_cast<unsigned char>(c) >= 0x80;
        if (c >= 'A' && c <= 'Z')
            anchor += static_cast<char>(c - 'A' + 'a');
        else if (c == ' ')
            anchor += '-';
        else if (kept)
            anchor += c;
    }
    return anchor;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
    return text;
}

// `name="value"` or `name=value`, separated by spaces. False if the text is anything else.
bool read_attributes(std::string_view text, Fence& into) {
    for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
        const auto equals = text.find('=');
        if (equals == std::string_view::npos || equals == 0) return false;
        const auto name = text.substr(0, equals);
        if (name.find_first_of(" \"") != std::string_view::npos) return false;
        text.remove_prefix(equals + 1);
        const bool is_quoted = text.starts_with('"');
        if (is_quoted) text.remove_prefix(1);
        const auto end = text.find(is_quoted ? '"' : ' ');
        if (is_quoted && end == std::string_view::npos) return false;
        const auto value = text.substr(0, end);
        into.attributes.emplace_back(name, value);
        text.remove_prefix(std::min(value.size() + (is_quoted ? 1 : 0), text.size()));
        if (!text.empty() && text.front() != ' ') return false;
    }
    return true;
}

Fence fence_of(cmark_node* node) {
    Fence fence;
    fence.text = text_of(cmark_node_get_literal(node));
    fence.line = line_of(node);
    fence.end_line = static_cast<std::uint32_t>(std::max(cmark_node_get_end_line(node), 0));
    const auto info = trimmed(text_of(cmark_node_get_fence_info(node)));
    const auto brace = std::min(info.find('{'), info.size());
    fence.language = trimmed(info.substr(0, brace));
    const auto braced = info.substr(brace);
    if (braced.empty()) return fence;
    if (!braced.ends_with('}') || !read_attributes(braced.substr(1, braced.size() - 2), fence))
        fence.problem = R"(must open with LANGUAGE {name="…" key="value" …})";
    return fence;
}

bool changes_something(const Fence& fence) {
    const auto safety = fence.attribute("safety");
    return safety == "write" || safety == "destructive";
}

class Walk {
public:
    Outline run(cmark_node* document) {
        for (auto* node = cmark_node_first_child(document); node != nullptr;
             node = cmark_node_next(node))
            block(node);
        collect_links(document);
        return std::move(outline_);
    }

private:
    void block(cmark_node* node) {
        const auto type = cmark_node_get_type(node);
        if (type == CMARK_NODE_HEADING)
            heading(node);
        else if (outline_.sections.empty())
            return;
        else if (type == CMARK_NODE_CODE_BLOCK)
            fence(node);
        else if (type == CMARK_NODE_LIST || type == CMARK_NODE_ITEM ||
                 type == CMARK_NODE_BLOCK_QUOTE)
            for (auto* child = cmark_node_first_child(node); child != nullptr;
                 child = cmark_node_next(child))
                block(child);
        else
            prose(prose_of(node));
    }

    void heading(cmark_node* node) {
        const auto text = std::string(trimmed(prose_of(node)));
        outline_.anchors.push_back(anchor_of(text));
        const auto level = cmark_node_get_heading_level(node);
        if (level == 1 && outline_.title.empty())
            outline_.title = text;
        else if (level == 2) {
            outline_.sections.emplace_back();
            outline_.sections.back().title = text;
            outline_.sections.back().line = line_of(node);
        } else if (!outline_.sections.empty())
            prose(text + "\n");
    }

    void fence(cmark_node* node) {
        auto& section = outline_.sections.back();
        section.fences.push_back(fence_of(node));
        section.after_fence.emplace_back();
    }

    // Belongs to the section, and to each of its fences back to the last that changes something.
    void prose(const std::string& text) {
        auto& section = outline_.sections.back();
        section.prose += text;
        section.words += count_words(text);
        for (auto i = section.fences.size(); i-- > 0;) {
            section.after_fence[i] += text;
            if (changes_something(section.fences[i])) break;
        }
    }

    void collect_links(cmark_node* document) {
        const std::unique_ptr<cmark_iter, FreeIterator> iterator(cmark_iter_new(document));
        for (auto event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
             event = cmark_iter_next(iterator.get())) {
            auto* node = cmark_iter_get_node(iterator.get());
            if (event != CMARK_EVENT_ENTER || cmark_node_get_type(node) != CMARK_NODE_LINK)
                continue;
            const auto url = text_of(cmark_node_get_url(node));
            if (url.starts_with('#'))
                outline_.links.push_back({std::string(url.substr(1)), block_line(node)});
        }
    }

    // Inline nodes do not know their line; the block around them does.
    static std::uint32_t block_line(cmark_node* node) {
        while (cmark_node_parent(node) != nullptr &&
               cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH)
            node = cmark_node_parent(node);
        return line_of(node);
    }

    Outline outline_;
};

} // namespace

std::string_view Fence::attribute(std::string_view name) const {
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    return found == attributes.end() ? std::string_view() : found->second;
}

const Section* Outline::section(std::string_view wanted) const {
    const auto found = std::find_if(sections.begin(), sections.end(),
                                    [&](const Section& s) { return s.title == wanted; });
    return found == sections.end() ? nullptr : &*found;
}

Outline outline_of(std::string_view markdown) {
    const std::unique_ptr<cmark_node, FreeNode> document(
        cmark_parse_document(markdown.data(), markdown.size(), CMARK_OPT_DEFAULT));
    return Walk().run(document.get());
}

} // namespace keepwatch::runbook
