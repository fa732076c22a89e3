#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.h"

namespace keepwatch::templating {

struct Token {
    enum class Kind : std::uint8_t {
        Text,       // Between actions, trimmed as the markers ask.
        Open,       // {{
        Close,      // }}
        Identifier, // A keyword or the name of a function.
        Field,      // .Name; `text` is the name.
        Dot,        // .
        Variable,   // $name or $; `text` has the $.
        Number,
        String, // `text` is what it means, without quotes and escapes.
        Rune,   // 'x'; `text` is the character.
        Pipe,
        OpenParen,
        CloseParen,
        Declare, // :=
        Assign,  // =
        Comma,
        End,
    };
    Kind kind = Kind::End;
    std::string text;
    bool after_space = false; // `.a .b` is two operands, `.a.b` is one.
    Location at;              // Within the template; no file.
};

// Cuts a template into tokens; comments vanish. The last token is End. Refuses texts longer than
// kTemplateBytesMax with LimitExceeded.
Result<std::vector<Token>> tokenize(std::string_view text);
inline constexpr std::size_t kTemplateBytesMax = 256 << 10;

} // namespace keepwatch::templating
