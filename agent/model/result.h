#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tl/expected.hpp>

namespace keepwatch {

// What a caller can do about a failure; what happened, for people, is in the message.
enum class ErrorKind : std::uint8_t {
    InvalidInput,  // Whoever wrote it must change it.
    LimitExceeded, // A named bound was hit.
    Unavailable,   // May succeed later.
    Timeout,       // May succeed later.
    Cancelled,     // Asked for; never reported.
    Storage,       // The disk said no.
};

// Where in an input an error is: `file:line:column`, each part only if it is known. Lines and
// columns count from 1; a column counts bytes, as compilers do.
struct Location {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

struct Error {
    ErrorKind kind = ErrorKind::InvalidInput;
    std::string message; // What was wanted and what came instead; never "failed".
    Location at{};

    // Prefixes the place, so that a message grows outwards as it travels up:
    // "broker-3: expected a value".
    Error within(std::string_view place) &&;

    // `rules/broker.toml:12:8: unknown key "exprr"`, or the message alone where nothing is located.
    std::string to_string() const;
};

// A value, or the Error that stands in its place. The interface is that of std::expected; a class
// of its own, so that a dropped one does not compile.
template <class T> class [[nodiscard]] Result : public tl::expected<T, Error> {
    using Base = tl::expected<T, Error>;

public:
    using Base::Base;
    // Implicit, so that `return Error{...};` reads as it should.
    Result(Error error) : Base(tl::unexpect, std::move(error)) {} // NOLINT(*-explicit-*)
};

// Declares `target` from a Result, or leaves the function with its error. Two macros and not one,
// because GCC 12 cannot compile co_return inside a statement expression.
#define KW_TRY(target, ...) KW_TRY_IMPL(return, KW_TRY_NAME(__LINE__), target, __VA_ARGS__)
#define KW_CO_TRY(target, ...) KW_TRY_IMPL(co_return, KW_TRY_NAME(__LINE__), target, __VA_ARGS__)
#define KW_TRY_IMPL(leave, tried, target, ...)                                                     \
    auto tried = (__VA_ARGS__);                                                                    \
    if (!tried) leave std::move(tried).error();                                                    \
    target = *std::move(tried)
#define KW_TRY_NAME(line) KW_TRY_JOIN(kw_tried_, line)
#define KW_TRY_JOIN(a, b) KW_TRY_JOIN2(a, b)
#define KW_TRY_JOIN2(a, b) a##b

} // namespace keepwatch
