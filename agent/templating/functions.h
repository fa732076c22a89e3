#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "model/result.h"
#include "templating/value.h"

namespace keepwatch::templating {

// One call of a function inside a template.
struct Call {
    const Context& context;
    std::span<const Value> args;
    std::size_t bytes_max; // No result may be longer.
};

struct Function {
    std::string_view name;
    std::size_t args_min;
    std::size_t args_max;
    Result<Value> (*run)(const Call&);
};
inline constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

// Null if there is none of that name. Go's own functions are among them; `and` and `or` too, whose
// arguments the caller evaluates only as far as they decide.
const Function* find_function(std::string_view name);

// The families, each in a file of its own.
std::span<const Function> core_functions();   // Of Go: eq, len, index, printf, …
std::span<const Function> number_functions(); // humanize and its kin.
std::span<const Function> text_functions();   // title, stripPort, join, …
std::span<const Function> regex_functions();  // match and reReplaceAll.
std::span<const Function> query_functions();  // query, first, label, value, sortByLabel, …

// What arguments must be; the message says what came instead.
Result<std::string> text_argument(const Call& call, std::size_t index);
// Numbers, and texts that read as numbers.
Result<double> number_argument(const Call& call, std::size_t index);

} // namespace keepwatch::templating
