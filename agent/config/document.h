#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "model/result.h"

namespace toml { // As toml++ declares them, so that only our sources include it.
inline namespace v3 {
class node;
class table;
} // namespace v3
} // namespace toml

namespace keepwatch::config {

inline constexpr std::size_t kDocumentBytesMax = 4 << 20;

// A TOML text that was parsed, and where everything in it stands.
class Document {
public:
    // `first_line` is the line of the file on which the text begins, for TOML inside other files.
    static Result<Document> parse(std::string_view text, const std::string& file_name,
                                  std::uint32_t first_line = 1);
    static Result<Document> load(const std::string& path);

    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    ~Document();

    const toml::table& root() const;
    const std::string& file() const;
    Location locate(const toml::node& node) const;
    Location locate(std::uint32_t line, std::uint32_t column) const; // Of the TOML text.

    // Where byte `offset` of a string's value stands in the file, escapes and lines counted, so
    // that an error inside an expression points into the expression.
    Location locate_inside(const toml::node& text_value, std::size_t offset) const;

private:
    struct State;
    explicit Document(std::unique_ptr<State> state);
    std::unique_ptr<State> state_; // Tables are referred to: a copied one forgets its positions.
};

} // namespace keepwatch::config
