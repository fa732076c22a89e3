#include "config/document.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace keepwatch::config {
namespace {

// The n-th line of the text, from 1, without its end.
std::string_view line_of(std::string_view text, std::uint32_t line) {
    for (; line > 1; --line) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    return text.substr(0, text.find('\n'));
}

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// toml++ counts columns in characters, we in bytes.
std::uint32_t bytes_before(std::string_view line, std::uint32_t characters) {
    std::size_t at = 0;
    for (; characters > 0 && at < line.size(); --characters) {
        ++at;
        while (at < line.size() && continues_character(line[at])) ++at;
    }
    return static_cast<std::uint32_t>(at);
}

// Steps through a string as it is written in TOML, one character of its value at a time.
class LiteralWalk {
public:
    LiteralWalk(std::string_view text, std::size_t at) : text_(text), at_(at) {
        const char quote = peek(0);
        basic_ = quote == '"';
        const bool multiline = peek(1) == quote && peek(2) == quote;
        at_ += multiline ? 3 : 1;
        if (!multiline) return;
        if (peek(0) == '\r') ++at_; // A line end right after the opening is not part of the value.
        if (peek(0) == '\n') ++at_;
    }

    std::size_t position() {
        while (at_line_end_escape()) step_line_end();
        return at_;
    }

    // Passes one character; returns how many bytes of the value it stands for.
    std::size_t step() {
        at_ = position();
        if (basic_ && peek(0) == '\\') return step_escape();
        ++at_;
        return 1;
    }

private:
    char peek(std::size_t ahead) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    std::size_t step_escape() {
        const char kind = peek(1);
        if (kind == 'u' || kind == 'U') {
            const std::size_t digits = kind == 'u' ? 4 : 8;
            const auto code = std::string(text_.substr(std::min(at_ + 2, text_.size()), digits));
            at_ += 2 + digits;
            const auto value = std::strtoul(code.c_str(), nullptr, 16);
            return value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
        }
        at_ += 2;
        return 1;
    }

    // A backslash at the end of a line swallows all white space after it.
    bool at_line_end_escape() const {
        return basic_ && peek(0) == '\\' && std::string_view(" \t\r\n").find(peek(1)) != text_.npos;
    }

    void step_line_end() {
        ++at_;
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos)
            ++at_;
    }

    std::string_view text_;
    std::size_t at_;
    bool basic_ = false;
};

} // namespace

struct Document::State {
    std::string text;
    std::string file;
    std::uint32_t first_line = 1;
    toml::table root;

    std::size_t offset_of(Location at) const {
        std::size_t offset = 0;
        for (auto line = first_line; line < at.line; ++line) offset = text.find('\n', offset) + 1;
        return offset + at.column - 1;
    }
    Location location_of(std::size_t offset) const {
        const auto before = std::string_view(text).substr(0, offset);
        const auto lines = std::count(before.begin(), before.end(), '\n');
        const auto line_start = before.rfind('\n') + 1; // npos + 1 is 0.
        return {file, first_line + static_cast<std::uint32_t>(lines),
                static_cast<std::uint32_t>(offset - line_start + 1)};
    }
};

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text, const std::string& file_name,
                                 std::uint32_t first_line) {
    auto state = std::make_unique<State>();
    state->text = text;
    state->file = file_name;
    state->first_line = first_line;
    if (text.size() > kDocumentBytesMax)
        return Error{ErrorKind::LimitExceeded,
                     fmt::format("is larger than {} bytes", kDocumentBytesMax),
                     {file_name}};
    try { // toml++ throws; this is the only place that knows.
        state->root = toml::parse(std::string_view(state->text), std::string_view(file_name));
    } catch (const toml::parse_error& error) {
        const Document unparsed(std::move(state));
        const auto where = error.source().begin;
        return Error{ErrorKind::InvalidInput, std::string(error.description()),
                     unparsed.locate(where.line, where.column)};
    }
    return Document(std::move(state));
}

Result<Document> Document::load(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text;
    text.resize(kDocumentBytesMax + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad() || (file.fail() && !file.eof()))
        return Error{ErrorKind::InvalidInput,
                     fmt::format("cannot be read: {}", std::generic_category().message(errno)),
                     {path}};
    text.resize(static_cast<std::size_t>(file.gcount()));
    return parse(text, path);
}

const toml::table& Document::root() const {
    return state_->root;
}
const std::string& Document::file() const {
    return state_->file;
}

Location Document::locate(const toml::node& node) const {
    const auto begin = node.source().begin;
    return locate(begin.line, begin.column);
}

Location Document::locate(std::uint32_t line, std::uint32_t column) const {
    if (line == 0)
        return {state_->file, state_->first_line, 1}; // The root has no place of its own.
    const auto column_bytes = bytes_before(line_of(state_->text, line), column - 1) + 1;
    return {state_->file, state_->first_line + line - 1, column_bytes};
}

Location Document::locate_inside(const toml::node& text_value, std::size_t offset) const {
    const auto start = locate(text_value);
    LiteralWalk walk(state_->text, state_->offset_of(start));
    for (std::size_t passed = 0; passed < offset;) {
        if (walk.position() >= state_->text.size()) return start;
        passed += walk.step();
    }
    return state_->location_of(walk.position());
}

} // namespace keepwatch::config
