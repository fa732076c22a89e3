#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "model/number.h"
#include "templating/lexer.h"
#include "templating/tree.h"

namespace keepwatch::templating {
namespace {

using Kind = Token::Kind;

// How a token is named in an error.
std::string shown(const Token& token) {
    switch (token.kind) {
    case Kind::End:
        return "end of template";
    case Kind::Close:
        return "}}";
    case Kind::Open:
        return "{{";
    case Kind::Dot:
        return "\".\"";
    case Kind::Field:
        return quoted("." + token.text);
    default:
        return quoted(token.text);
    }
}

// Decimal, 0x, 0o and 0b integers; what has a point or an exponent is a float64.
std::optional<Value> parse_constant(std::string_view text) {
    auto digits = text;
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    int base = 10;
    if (digits.size() > 2 && digits[0] == '0') {
        const char mark = static_cast<char>(digits[1] | 0x20);
        base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
        if (base != 10) digits.remove_prefix(2);
    }
    std::int64_t integer = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stopped, failed] = std::from_chars(digits.data(), end, integer, base);
    const bool whole = failed == std::errc() && stopped == end && !digits.starts_with('-');
    if (whole) return Value{negative ? -integer : integer};
    const bool decimal =
        !digits.empty() && (digits[0] == '.' || (digits[0] >= '0' && digits[0] <= '9'));
    if (base != 10 || !decimal) return std::nullopt;
    if (const auto number = parse_number(text)) return Value{*number};
    return std::nullopt;
}

std::int64_t code_point(std::string_view utf8) {
    const auto first = static_cast<unsigned char>(utf8[0]);
    std::int64_t code = first < 0x80   ? first
                        : first < 0xE0 ? first & 0x1F
                        : first < 0xF0 ? first & 0x0F
                                       : first & 0x07;
    for (const char c : utf8.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3F);
    return code;
}

class Parser {
public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    Result<Tree> run() {
        KW_TRY(const auto stop, statements(tree_.main));
        if (stop == Stop::End) return error(*last_keyword_, "unexpected {{end}}");
        if (stop == Stop::Else) return error(*last_keyword_, "unexpected {{else}}");
        return std::move(tree_);
    }

private:
    enum class Stop : std::uint8_t { End, Else, EndOfText };
    struct Done {};

    const Token& peek(std::size_t ahead = 0) const {
        return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
    }
    const Token& take() { return tokens_[std::min(next_++, tokens_.size() - 1)]; }

    static Error error(const Token& at, std::string message) {
        return {ErrorKind::InvalidInput, std::move(message), at.at};
    }

    Result<Done> close(std::string_view where) {
        if (peek().kind == Kind::Close) {
            take();
            return Done{};
        }
        return error(peek(),
                     fmt::format("unexpected {} in {}; expected }}}}", shown(peek()), where));
    }

    // Everything up to an {{end}} or {{else that is not of this level. Of an {{else, what follows
    // the word is left to the caller.
    Result<Stop> statements(Statements& into) {
        if (++depth_ > kNestingMax) return too_deep();
        const auto variables = variables_.size();
        for (;;) {
            const Token& token = take();
            if (token.kind == Kind::End) break;
            if (token.kind == Kind::Text) {
                Statement text;
                text.text = token.text;
                text.at = token.at;
                into.push_back(std::move(text));
                continue;
            }
            KW_TRY(const auto stop, action(into));
            if (!stop) continue;
            --depth_;
            variables_.resize(variables);
            return *stop;
        }
        --depth_;
        variables_.resize(variables);
        return Stop::EndOfText;
    }

    Error too_deep() const {
        return {ErrorKind::LimitExceeded, fmt::format("nested more than {} deep", kNestingMax),
                peek().at};
    }

    // Behind {{. A Stop if the action ends a list of statements.
    Result<std::optional<Stop>> action(Statements& into) {
        const Token& first = peek();
        if (first.kind == Kind::Identifier) {
            if (first.text == "end" || first.text == "else") return ending();
            if (first.text == "define") return define();
            const auto kind = keyword(first.text);
            if (kind) {
                take();
                KW_TRY(auto statement, control(*kind, first));
                into.push_back(std::move(statement));
                return std::optional<Stop>();
            }
        }
        Statement print;
        print.kind = Statement::Kind::Print;
        print.at = first.at;
        KW_TRY(print.pipeline, pipeline("command", 1));
        KW_TRY([[maybe_unused]] const auto closed, close("command"));
        into.push_back(std::move(print));
        return std::optional<Stop>();
    }

    Result<std::optional<Stop>> ending() {
        last_keyword_ = &take();
        if (last_keyword_->text == "else") return std::optional(Stop::Else);
        KW_TRY([[maybe_unused]] const auto closed, close("end"));
        return std::optional(Stop::End);
    }

    static std::optional<Statement::Kind> keyword(std::string_view word) {
        if (word == "if") return Statement::Kind::If;
        if (word == "with") return Statement::Kind::With;
        if (word == "range") return Statement::Kind::Range;
        if (word == "template" || word == "block") return Statement::Kind::Template;
        if (word == "break") return Statement::Kind::Break;
        if (word == "continue") return Statement::Kind::Continue;
        return std::nullopt;
    }

    Result<Statement> control(Statement::Kind kind, const Token& word) {
        switch (kind) {
        case Statement::Kind::Template:
            return word.text == "block" ? block(word) : call_template(word);
        case Statement::Kind::Break:
        case Statement::Kind::Continue:
            return leave_loop(kind, word);
        default:
            return branch(kind, word);
        }
    }

    Result<Statement> leave_loop(Statement::Kind kind, const Token& word) {
        if (loops_ == 0)
            return error(word, fmt::format("{{{{{}}}}} outside {{{{range}}}}", word.text));
        KW_TRY([[maybe_unused]] const auto closed, close(word.text));
        Statement statement;
        statement.kind = kind;
        statement.at = word.at;
        return statement;
    }

    // if, with and range: pipeline }} body [else [if …]] end.
    Result<Statement> branch(Statement::Kind kind, const Token& word) {
        Statement statement;
        statement.kind = kind;
        statement.at = word.at;
        const bool loop = kind == Statement::Kind::Range;
        const auto variables = variables_.size();
        KW_TRY(statement.pipeline, pipeline(word.text, loop ? 2 : 1));
        KW_TRY([[maybe_unused]] const auto closed, close(word.text));
        loops_ += loop ? 1 : 0;
        KW_TRY(auto stop, statements(statement.body));
        loops_ -= loop ? 1 : 0;
        if (stop == Stop::Else) {
            KW_TRY(stop, alternative(kind, statement.otherwise));
        }
        variables_.resize(variables);
        if (stop != Stop::End) return error(peek(), unclosed(stop, word));
        return statement;
    }

    static std::string unclosed(Stop stop, const Token& word) {
        if (stop == Stop::Else) return "expected {{end}}; found {{else}}";
        return fmt::format("unexpected end of template: {{{{{}}}}} at {}:{} has no {{{{end}}}}",
                           word.text, word.at.line, word.at.column);
    }

    // Behind {{else. `else if` and `else with` share the {{end}} of the whole.
    Result<Stop> alternative(Statement::Kind kind, Statements& into) {
        const Token& word = peek();
        const bool chained = word.kind == Kind::Identifier &&
                             (word.text == "if" || word.text == "with") &&
                             keyword(word.text) == kind;
        if (!chained) {
            KW_TRY([[maybe_unused]] const auto closed, close("else"));
            return statements(into);
        }
        if (++depth_ > kNestingMax) return too_deep();
        take();
        KW_TRY(auto statement, branch(kind, word));
        --depth_;
        into.push_back(std::move(statement));
        return Stop::End;
    }

    Result<std::string> template_name(const Token& word) {
        const Token& name = take();
        if (name.kind == Kind::String) return name.text;
        return error(name, fmt::format("unexpected {} in {} clause; expected a quoted name",
                                       shown(name), word.text));
    }

    Result<Statement> call_template(const Token& word) {
        Statement statement;
        statement.kind = Statement::Kind::Template;
        statement.at = word.at;
        KW_TRY(statement.text, template_name(word));
        if (peek().kind != Kind::Close) {
            KW_TRY(statement.pipeline, pipeline("template", 1));
        }
        KW_TRY([[maybe_unused]] const auto closed, close("template clause"));
        return statement;
    }

    Result<std::optional<Stop>> define() {
        const Token& word = take();
        if (depth_ > 1) return error(word, "unexpected {{define}} inside another block");
        KW_TRY(auto name, template_name(word));
        KW_TRY([[maybe_unused]] const auto closed, close("define clause"));
        KW_TRY([[maybe_unused]] const auto defined, definition(word, name));
        return std::optional<Stop>();
    }

    Result<Statement> block(const Token& word) {
        KW_TRY(auto statement, call_template(word));
        if (statement.pipeline.commands.empty())
            return error(word, "missing value for block clause");
        KW_TRY([[maybe_unused]] const auto defined, definition(word, statement.text));
        return statement;
    }

    // The body of a define or block; it sees no variable of the text around it.
    Result<Done> definition(const Token& word, const std::string& name) {
        if (tree_.defined.contains(name))
            return error(word, fmt::format("template {} is defined twice", quoted(name)));
        auto outer = std::exchange(variables_, {"$"});
        const auto loops = std::exchange(loops_, 0);
        Statements body;
        KW_TRY(const auto stop, statements(body));
        if (stop != Stop::End) return error(peek(), unclosed(stop, word));
        variables_ = std::move(outer);
        loops_ = loops;
        tree_.defined.emplace(name, std::move(body));
        return Done{};
    }

    bool ends_pipeline() const {
        const auto kind = peek().kind;
        return kind == Kind::Close || kind == Kind::CloseParen || kind == Kind::End;
    }

    // [$a[, $b] := or =] command { | command }
    Result<Pipeline> pipeline(std::string_view where, std::size_t variables_max) {
        if (++depth_ > kNestingMax) return too_deep();
        Pipeline pipeline;
        KW_TRY([[maybe_unused]] const auto bound, binding(pipeline, where, variables_max));
        for (;;) {
            const Token& first = peek();
            if (ends_pipeline() || first.kind == Kind::Pipe)
                return error(first, fmt::format("missing value for {}", where));
            KW_TRY(auto command, this->command());
            const auto& head = command.operands.front();
            const bool constant =
                head.kind == Operand::Kind::Literal || head.kind == Operand::Kind::Dot;
            if (!pipeline.commands.empty() && constant && head.path.empty())
                return error(first, fmt::format("non executable command in pipeline stage {}",
                                                pipeline.commands.size() + 1));
            pipeline.commands.push_back(std::move(command));
            if (peek().kind != Kind::Pipe) break;
            take();
        }
        if (pipeline.binding == Pipeline::Binding::Declare)
            variables_.insert(variables_.end(), pipeline.variables.begin(),
                              pipeline.variables.end());
        --depth_;
        return pipeline;
    }

    Result<Done> binding(Pipeline& pipeline, std::string_view where, std::size_t variables_max) {
        std::size_t ahead = 0;
        std::vector<std::string> names;
        while (peek(ahead).kind == Kind::Variable) {
            names.push_back(peek(ahead++).text);
            if (peek(ahead).kind != Kind::Comma) break;
            ++ahead;
        }
        const auto kind = peek(ahead).kind;
        const bool declares = kind == Kind::Declare;
        if (names.empty() || (!declares && kind != Kind::Assign)) return Done{};
        if (names.size() > variables_max)
            return error(peek(), fmt::format("too many declarations in {}", where));
        if (!declares)
            for (const auto& name : names)
                if (!is_declared(name))
                    return error(peek(), fmt::format("undefined variable {}", quoted(name)));
        next_ += ahead + 1;
        pipeline.binding = declares ? Pipeline::Binding::Declare : Pipeline::Binding::Assign;
        pipeline.variables = std::move(names);
        return Done{};
    }

    bool is_declared(const std::string& name) const {
        return std::find(variables_.begin(), variables_.end(), name) != variables_.end();
    }

    Result<Command> command() {
        Command command;
        while (!ends_pipeline() && peek().kind != Kind::Pipe) {
            if (!command.operands.empty() && !peek().after_space)
                return error(peek(), fmt::format("unexpected {} in operand", shown(peek())));
            KW_TRY(auto operand, this->operand());
            command.operands.push_back(std::move(operand));
        }
        return command;
    }

    Result<Operand> operand() {
        KW_TRY(auto operand, term());
        while (peek().kind == Kind::Field && !peek().after_space)
            operand.path.push_back(take().text);
        if (peek().kind == Kind::Dot && !peek().after_space)
            return error(peek(), "unexpected \".\" in operand");
        return operand;
    }

    Result<Operand> term() {
        const Token& token = take();
        Operand operand;
        operand.at = token.at;
        switch (token.kind) {
        case Kind::Dot:
            return operand;
        case Kind::Field:
            operand.path.push_back(token.text);
            return operand;
        case Kind::Variable:
            operand.kind = Operand::Kind::Variable;
            operand.name = token.text;
            if (!is_declared(token.text))
                return error(token, fmt::format("undefined variable {}", quoted(token.text)));
            return operand;
        case Kind::Identifier:
            return named(std::move(operand), token);
        case Kind::OpenParen:
            return parenthesised(std::move(operand), token);
        default:
            return literal(std::move(operand), token);
        }
    }

    static Result<Operand> named(Operand operand, const Token& token) {
        operand.kind = Operand::Kind::Literal;
        if (token.text == "true" || token.text == "false") {
            operand.literal = Value{token.text == "true"};
        } else if (token.text != "nil") {
            operand.kind = Operand::Kind::Function;
            operand.function = find_function(token.text);
            if (operand.function == nullptr)
                return error(token, fmt::format("function {} not defined", quoted(token.text)));
        }
        return operand;
    }

    static Result<Operand> literal(Operand operand, const Token& token) {
        operand.kind = Operand::Kind::Literal;
        if (token.kind == Kind::String) {
            operand.literal = Value{token.text};
        } else if (token.kind == Kind::Rune) {
            operand.literal = Value{code_point(token.text)};
        } else if (token.kind == Kind::Number) {
            const auto constant = parse_constant(token.text);
            if (!constant)
                return error(token, fmt::format("bad number syntax: {}", quoted(token.text)));
            operand.literal = *constant;
        } else {
            return error(token, fmt::format("unexpected {} in operand", shown(token)));
        }
        return operand;
    }

    Result<Operand> parenthesised(Operand operand, const Token& token) {
        operand.kind = Operand::Kind::Pipeline;
        KW_TRY(auto inner, pipeline("parenthesized pipeline", 1));
        if (peek().kind != Kind::CloseParen) return error(token, "unclosed left paren");
        take();
        operand.inner = std::make_unique<Pipeline>(std::move(inner));
        return operand;
    }

    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    std::size_t depth_ = 0;
    std::size_t loops_ = 0;
    const Token* last_keyword_ = nullptr; // The end or else that was met last.
    // Those that Prometheus puts in front of every template are declared from the start.
    std::vector<std::string> variables_{"$", "$labels", "$externalLabels", "$externalURL",
                                        "$value"};
    Tree tree_;
};

} // namespace

Result<Tree> parse_tree(std::string_view text) {
    KW_TRY(auto tokens, tokenize(text));
    return Parser(std::move(tokens)).run();
}

} // namespace keepwatch::templating
