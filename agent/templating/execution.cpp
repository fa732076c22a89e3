#include "templating/execution.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace keepwatch::templating {
namespace {

// What a statement means for the loop around it.
enum class Flow : std::uint8_t { Next, Break, Continue };

struct Variable {
    std::string name;
    Value value;
};

Error no_field(const std::string& name, const Value& value) {
    return {ErrorKind::InvalidInput,
            fmt::format("can't evaluate field {} in type {}", name, type_name(value))};
}

Result<Value> field_of(const Value& value, const std::string& name) {
    if (const auto* labels = value.as<Labels>()) return Value{std::string(labels->get(name))};
    if (const auto* map = value.as<std::shared_ptr<const Map>>()) {
        const auto found = (*map)->find(name);
        return found == (*map)->end() ? Value{} : found->second;
    }
    if (const auto* row = value.as<Value::Row>()) {
        if (name == "Labels") return Value{(*row)->labels};
        if (name == "Value") return Value{(*row)->value};
    }
    if (const auto* context = value.as<const Context*>()) {
        if (name == "Labels") return Value{(*context)->labels};
        if (name == "Value") return Value{(*context)->value};
        if (name == "ExternalLabels") return Value{(*context)->external_labels};
        if (name == "ExternalURL") return Value{(*context)->external_url};
    }
    return no_field(name, value);
}

// What {{ range }} goes through: keys and values, in the order Go would.
Result<std::vector<std::pair<Value, Value>>> entries(const Value& value, std::size_t entries_max) {
    std::vector<std::pair<Value, Value>> out;
    if (const auto* list = value.as<std::shared_ptr<const List>>()) {
        for (const auto& item : **list)
            out.emplace_back(Value{static_cast<std::int64_t>(out.size())}, item);
    } else if (const auto* labels = value.as<Labels>()) {
        for (const auto& label : *labels)
            out.emplace_back(Value{std::string(label.name)}, Value{std::string(label.value)});
    } else if (const auto* map = value.as<std::shared_ptr<const Map>>()) {
        for (const auto& [key, item] : **map) out.emplace_back(Value{key}, item);
    } else if (const auto* count = value.as<std::int64_t>()) {
        if (*count > static_cast<std::int64_t>(entries_max))
            return Error{ErrorKind::LimitExceeded,
                         fmt::format("range over {}: more than {} steps", *count, entries_max)};
        for (std::int64_t i = 0; i < *count; ++i) out.emplace_back(Value{i}, Value{i});
    } else if (value.as<std::monostate>() == nullptr) {
        return Error{ErrorKind::InvalidInput,
                     fmt::format("range can't iterate over {}", type_name(value))};
    }
    return out;
}

class Execution {
public:
    Execution(const Tree& tree, const Context& context, Bounds bounds)
        : tree_(tree), context_(context), bounds_(bounds) {
        variables_ = {{"$", Value{&context}},
                      {"$labels", Value{context.labels}},
                      {"$externalLabels", Value{context.external_labels}},
                      {"$externalURL", Value{context.external_url}},
                      {"$value", Value{context.value}}};
    }

    Result<std::string> run() {
        KW_TRY([[maybe_unused]] const auto flow, run(tree_.main, Value{&context_}));
        return std::move(out_);
    }

private:
    Result<Flow> run(const Statements& statements, const Value& dot) {
        const auto variables = variables_.size();
        auto flow = Flow::Next;
        for (const auto& statement : statements) {
            KW_TRY(flow, run(statement, dot));
            if (flow != Flow::Next) break;
        }
        variables_.resize(variables);
        return flow;
    }

    Result<Flow> run(const Statement& statement, const Value& dot) {
        KW_TRY([[maybe_unused]] const auto counted, step(statement.at));
        switch (statement.kind) {
        case Statement::Kind::Text:
            return print(statement.text, statement.at);
        case Statement::Kind::Print: {
            KW_TRY(const auto value, evaluate(statement.pipeline, dot));
            if (statement.pipeline.binding != Pipeline::Binding::None) return Flow::Next;
            return print(to_text(value), statement.at);
        }
        case Statement::Kind::If:
        case Statement::Kind::With:
            return branch(statement, dot);
        case Statement::Kind::Range:
            return loop(statement, dot);
        case Statement::Kind::Template:
            return call_template(statement, dot);
        case Statement::Kind::Break:
            return Flow::Break;
        case Statement::Kind::Continue:
            return Flow::Continue;
        }
        return Flow::Next;
    }

    Result<Flow> branch(const Statement& statement, const Value& dot) {
        const auto variables = variables_.size();
        KW_TRY(const auto value, evaluate(statement.pipeline, dot));
        const bool truth = is_true(value);
        const bool with = statement.kind == Statement::Kind::With;
        auto flow = run(truth ? statement.body : statement.otherwise, truth && with ? value : dot);
        variables_.resize(variables);
        return flow;
    }

    Result<Flow> loop(const Statement& statement, const Value& dot) {
        const auto variables = variables_.size();
        KW_TRY(const auto value, evaluate(statement.pipeline, dot));
        auto items = entries(value, bounds_.steps_max);
        if (!items) return located(std::move(items).error(), statement.at);
        if (items->empty()) {
            auto flow = run(statement.otherwise, dot);
            variables_.resize(variables);
            return flow;
        }
        for (const auto& [key, item] : *items) {
            KW_TRY([[maybe_unused]] const auto counted, step(statement.at));
            bind_loop(statement.pipeline, key, item);
            KW_TRY(const auto flow, run(statement.body, item));
            if (flow == Flow::Break) break;
        }
        variables_.resize(variables);
        return Flow::Next;
    }

    // One variable takes the value, two take key and value.
    void bind_loop(const Pipeline& pipeline, const Value& key, const Value& item) {
        const auto& names = pipeline.variables;
        if (names.size() == 2) assign(names[0], key);
        if (!names.empty()) assign(names.back(), item);
    }

    Result<Flow> call_template(const Statement& statement, const Value& dot) {
        const auto found = tree_.defined.find(statement.text);
        if (found == tree_.defined.end())
            return invalid(statement.at,
                           fmt::format("template {} not defined", quoted(statement.text)));
        if (call_depth_ == kCallDepthMax)
            return Error{ErrorKind::LimitExceeded,
                         fmt::format("templates call each other more than {} deep", kCallDepthMax),
                         statement.at};
        Value argument;
        if (!statement.pipeline.commands.empty()) {
            KW_TRY(argument, evaluate(statement.pipeline, dot));
        }
        auto outer = std::exchange(variables_, {{"$", argument}});
        ++call_depth_;
        auto flow = run(found->second, argument);
        --call_depth_;
        variables_ = std::move(outer);
        return flow;
    }

    Result<Value> evaluate(const Pipeline& pipeline, const Value& dot) {
        std::optional<Value> last;
        for (const auto& command : pipeline.commands) {
            KW_TRY(last, evaluate(command, dot, last));
        }
        // `range` declares with a first value here, and binds anew on every turn.
        for (const auto& name : pipeline.variables) {
            if (pipeline.binding == Pipeline::Binding::Declare)
                variables_.push_back({name, *last});
            else
                assign(name, *last);
        }
        return *last;
    }

    Result<Value> evaluate(const Command& command, const Value& dot,
                           const std::optional<Value>& piped) {
        const auto& head = command.operands.front();
        if (head.kind == Operand::Kind::Function) return call(command, dot, piped);
        if (command.operands.size() > 1 || piped)
            return invalid(head.at, "can't give an argument to what is no function");
        const bool is_nil =
            head.kind == Operand::Kind::Literal && head.literal.as<std::monostate>() != nullptr;
        if (is_nil) return invalid(head.at, "nil is not a command");
        return evaluate(head, dot);
    }

    Result<Value> call(const Command& command, const Value& dot,
                       const std::optional<Value>& piped) {
        const auto& head = command.operands.front();
        const auto& function = *head.function;
        const auto count = command.operands.size() - 1 + (piped ? 1 : 0);
        if (count < function.args_min || count > function.args_max)
            return invalid(head.at, wrong_count(function, count));
        const bool is_and = function.name == "and";
        const bool decides = is_and || function.name == "or";
        std::vector<Value> args;
        for (std::size_t i = 1; i < command.operands.size(); ++i) {
            KW_TRY(auto value, evaluate(command.operands[i], dot));
            if (decides && is_true(value) != is_and) return value;
            args.push_back(std::move(value));
        }
        if (piped) args.push_back(*piped);
        KW_TRY([[maybe_unused]] const auto counted, step(head.at));
        auto result = function.run({context_, args, bounds_.output_bytes_max});
        if (!result)
            return located(
                std::move(result).error().within("error calling " + std::string(function.name)),
                head.at);
        return walk(bounded(std::move(*result), head.at), head);
    }

    static std::string wrong_count(const Function& function, std::size_t count) {
        const bool exact = function.args_min == function.args_max;
        const bool few = count < function.args_min;
        return fmt::format("wrong number of args for {}: want {}{} got {}", function.name,
                           exact ? ""
                           : few ? "at least "
                                 : "at most ",
                           few ? function.args_min : function.args_max, count);
    }

    Result<Value> bounded(Value value, const Location& at) {
        const auto* text = value.as<std::string>();
        if (text != nullptr && text->size() > bounds_.output_bytes_max) return too_long(at);
        return value;
    }

    Result<Value> evaluate(const Operand& operand, const Value& dot) {
        KW_TRY([[maybe_unused]] const auto counted, step(operand.at));
        switch (operand.kind) {
        case Operand::Kind::Dot:
            return walk(dot, operand);
        case Operand::Kind::Literal:
            return walk(operand.literal, operand);
        case Operand::Kind::Variable:
            return walk(variable(operand.name), operand);
        case Operand::Kind::Pipeline: {
            const auto variables = variables_.size();
            auto value = evaluate(*operand.inner, dot);
            variables_.resize(variables);
            return walk(std::move(value), operand);
        }
        case Operand::Kind::Function:
            break;
        }
        Command alone; // A function as an argument is called without any of its own.
        alone.operands.push_back({.kind = operand.kind,
                                  .literal = {},
                                  .name = {},
                                  .function = operand.function,
                                  .inner = {},
                                  .path = operand.path,
                                  .at = operand.at});
        return call(alone, dot, std::nullopt);
    }

    Result<Value> walk(Result<Value> value, const Operand& operand) {
        for (const auto& name : operand.path) {
            if (!value) return value;
            value = field_of(*value, name);
            if (!value) return located(std::move(value).error(), operand.at);
        }
        return value;
    }

    // The parser saw to it that each is declared.
    const Value& variable(const std::string& name) const {
        const auto found = std::find_if(variables_.rbegin(), variables_.rend(),
                                        [&](const Variable& v) { return v.name == name; });
        return found->value;
    }

    void assign(const std::string& name, const Value& value) {
        const auto found = std::find_if(variables_.rbegin(), variables_.rend(),
                                        [&](const Variable& v) { return v.name == name; });
        if (found != variables_.rend()) found->value = value;
    }

    Result<Flow> print(const std::string& text, const Location& at) {
        if (out_.size() + text.size() > bounds_.output_bytes_max) return too_long(at);
        out_ += text;
        return Flow::Next;
    }

    Error too_long(const Location& at) const {
        return {ErrorKind::LimitExceeded,
                fmt::format("more than {} bytes of output", bounds_.output_bytes_max), at};
    }

    Result<Flow> step(const Location& at) {
        if (++steps_ <= bounds_.steps_max) return Flow::Next;
        return Error{ErrorKind::LimitExceeded, fmt::format("more than {} steps", bounds_.steps_max),
                     at};
    }

    static Error invalid(const Location& at, std::string message) {
        return {ErrorKind::InvalidInput, std::move(message), at};
    }

    static Error located(Error error, const Location& at) {
        error.at = at;
        return error;
    }

    const Tree& tree_;
    const Context& context_;
    Bounds bounds_;
    std::vector<Variable> variables_;
    std::string out_;
    std::size_t steps_ = 0;
    std::size_t call_depth_ = 0;
};

} // namespace

Result<std::string> execute(const Tree& tree, const Context& context, Bounds bounds) {
    return Execution(tree, context, bounds).run();
}

} // namespace keepwatch::templating
