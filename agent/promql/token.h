#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "promql/ast.h"

namespace keepwatch::promql {

enum class TokenKind : std::uint8_t {
    End,
    Error, // The text could not be cut into tokens; Token::text says why.
    Identifier,
    MetricIdentifier, // With a colon in it.
    Keyword,
    Number,
    Duration,
    String, // With its quotes and escapes.
    Symbol, // One of ( ) { } [ ] , : @ = =~ !~ and, inside braces, !=
    Operator
};

struct Token {
    TokenKind kind = TokenKind::End;
    std::string text;
    Span span;

    bool is(std::string_view symbol) const {
        return (kind == TokenKind::Symbol || kind == TokenKind::Operator) && text == symbol;
    }
    bool is_keyword(std::string_view lower) const;

    // As Prometheus names it in errors: `identifier "up"`, `<op:*>`, `end of input`.
    std::string describe() const;
};

// Keywords that cannot be the name of a metric, unless in quotes and braces.
inline constexpr const char* kReservedNames[] = {"bool",       "on",          "ignoring",
                                                 "group_left", "group_right", "atan2"};

bool is_keyword_name(std::string_view word);    // In any case.
bool is_aggregator_name(std::string_view word); // In any case.
std::string lower_case(std::string_view text);  // ASCII.

} // namespace keepwatch::promql
