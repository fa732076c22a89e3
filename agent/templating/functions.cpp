#include "templating/functions.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/number.h"

namespace keepwatch::templating {
namespace {

const Function* find_in(std::span<const Function> functions, std::string_view name) {
    const auto found = std::find_if(functions.begin(), functions.end(),
                                    [name](const Function& f) { return f.name == name; });
    return found == functions.end() ? nullptr : &*found;
}

} // namespace

const Function* find_function(std::string_view name) {
    for (const auto family : {core_functions(), number_functions(), text_functions(),
                              regex_functions(), query_functions()})
        if (const auto* found = find_in(family, name)) return found;
    return nullptr;
}

Result<std::string> text_argument(const Call& call, std::size_t index) {
    if (const auto* text = call.args[index].as<std::string>()) return *text;
    return Error{ErrorKind::InvalidInput, fmt::format("argument {}: expected string; got {}",
                                                      index + 1, type_name(call.args[index]))};
}

Result<double> number_argument(const Call& call, std::size_t index) {
    const auto& value = call.args[index];
    if (const auto* number = value.as<double>()) return *number;
    if (const auto* integer = value.as<std::int64_t>()) return static_cast<double>(*integer);
    if (const auto* text = value.as<std::string>()) {
        if (const auto number = parse_number(*text)) return *number;
        return Error{ErrorKind::InvalidInput, fmt::format("argument {}: expected a number; got {}",
                                                          index + 1, quoted(*text))};
    }
    return Error{ErrorKind::InvalidInput, fmt::format("argument {}: expected a number; got {}",
                                                      index + 1, type_name(value))};
}

} // namespace keepwatch::templating
