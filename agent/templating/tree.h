#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/result.h"
#include "templating/functions.h"
#include "templating/value.h"

// A parsed template: statements, and the pipelines inside them.
namespace keepwatch::templating {

struct Pipeline;

struct Operand {
    enum class Kind : std::uint8_t { Dot, Literal, Variable, Function, Pipeline };
    Kind kind = Kind::Dot;
    Value literal;
    std::string name; // Of a variable, with its $.
    const Function* function = nullptr;
    std::unique_ptr<Pipeline> inner; // ( … )
    std::vector<std::string> path;   // The .Fields behind it.
    Location at;
};

// A function and its arguments, or a single value.
struct Command {
    std::vector<Operand> operands; // Never empty.
};

struct Pipeline {
    enum class Binding : std::uint8_t { None, Declare, Assign };
    Binding binding = Binding::None;
    std::vector<std::string> variables; // Two only in `range $i, $v :=`.
    std::vector<Command> commands;      // Each gives its value to the next as last argument.
};

struct Statement {
    enum class Kind : std::uint8_t { Text, Print, If, With, Range, Template, Break, Continue };
    Kind kind = Kind::Text;
    std::string text;  // Of Text; of Template, the name of what is called.
    Pipeline pipeline; // Without commands where Template passes nothing.
    std::vector<Statement> body;
    std::vector<Statement> otherwise; // After else.
    Location at;
};

using Statements = std::vector<Statement>;

struct Tree {
    Statements main;
    std::map<std::string, Statements> defined; // By {{ define }}.
};

// The error names line and column within the text.
Result<Tree> parse_tree(std::string_view text);

// Actions and parentheses may be nested this deep.
inline constexpr std::size_t kNestingMax = 100;

} // namespace keepwatch::templating
