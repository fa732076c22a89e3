#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "model/labels.h"
#include "templating/template.h"

namespace keepwatch::templating {

struct Value;
using List = std::vector<Value>;
using Map = std::map<std::string, Value>;

// What an expression inside {{ }} has for a value. Large ones are shared, so copies are cheap.
struct Value {
    using Row = std::shared_ptr<const QueryRow>;
    std::variant<std::monostate,              // Go's nil.
                 bool,                        //
                 std::int64_t,                //
                 double,                      //
                 std::string,                 //
                 Labels,                      // A map of strings: what is missing is "".
                 std::shared_ptr<const List>, //
                 std::shared_ptr<const Map>,  // What `args` makes.
                 Row,                         // A sample, with .Labels and .Value.
                 const Context*>              // The dot a template starts with.
        held;

    template <class T> const T* as() const { return std::get_if<T>(&held); }
};

// Go's idea of truth: nil, false, 0 and what is empty are false.
bool is_true(const Value& value);

// The name Go gives to the type, for error messages and for printf's %T.
std::string type_name(const Value& value);

// As {{ value }} prints it.
std::string to_text(const Value& value);

} // namespace keepwatch::templating
