#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "promql/span.h"

namespace keepwatch::promql {

enum class TokenKind : std::uint8_t {
    End,
    Error, // The text could not be cut into tokens; Token::text says why.
    Identifier,
    MetricIdentifier, // With a colon in it.
    Keyword,
    Number,
    Duration,
    String,   // With its quotes and escapes.
    Symbol,   // One of ( ) { } [ ] , : =
    Operator, // What computes, compares or matches, and @
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

// In any case: keywords that cannot be the name of a metric, unless in quotes and braces.
bool is_reserved_name(std::string_view word);
bool is_keyword_name(std::string_view word);    // In any case.
bool is_aggregator_name(std::string_view word); // In any case.
// `step`, `range`, `min_of`, `max_of`, in any case: they stand in durations too.
bool is_duration_keyword(std::string_view word);
std::string lower_case(std::string_view text); // ASCII.

} // namespace keepwatch::promql
