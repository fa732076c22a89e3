#pragma once

#include "promql/literals.h"
#include "promql/script.h"

namespace keepwatch::promql::script {

// `instant at 5m expr`, `range from 0 to 10m step 1m expr`.
inline Result<void> parse_eval(std::string_view rest, Command& command) {
    const auto kind = take_word(rest);
    command.kind = kind == "range" ? Command::Kind::Range : Command::Kind::Instant;
    const auto number = [&](std::string_view keyword) -> Result<std::int64_t> {
        if (const auto word = take_word(rest); word != keyword) return malformed(keyword, word);
        return parse_ms(take_word(rest));
    };
    if (kind == "instant") {
        KW_TRY(command.start.ms, number("at"));
    } else {
        if (kind != "range") return malformed("instant or range", kind);
        KW_TRY(command.start.ms, number("from"));
        KW_TRY(command.end.ms, number("to"));
        KW_TRY(command.step.ms, number("step"));
    }
    command.expr = rest;
    return {};
}

// `fail`, `fail msg: text`, `ordered`, `warn`, `no_info`, `string "text"`.
inline Result<void> parse_expect(std::string_view rest, Command& command) {
    const auto what = take_word(rest);
    auto detail = rest;
    if (detail.starts_with("msg:")) detail = trim(detail.substr(4));
    if (detail.starts_with("regex:")) detail = {}; // That it is noted at all is checked.
    if (what == "fail") {
        command.outcome = Outcome::Failure;
        command.failure_parts.emplace_back(detail);
    } else if (what == "ordered") {
        command.is_ordered = true;
    } else if (what == "warn") {
        command.warnings.emplace_back(detail);
    } else if (what == "info") {
        command.infos.emplace_back(detail);
    } else if (what == "no_warn") {
        command.no_warnings = true;
    } else if (what == "no_info") {
        command.no_infos = true;
    } else if (what == "string") {
        KW_TRY(command.text, unquote(rest));
    } else {
        return malformed("fail, ordered, warn, info, no_warn, no_info or string", what);
    }
    return {};
}

inline Result<Command> parse_command(std::string_view line) {
    Command command;
    const auto verb = take_word(line);
    if (verb == "clear") return command;
    if (verb == "load") {
        command.kind = Command::Kind::Load;
        KW_TRY(command.step.ms, parse_ms(take_word(line)));
        return command;
    }
    if (!verb.starts_with("eval")) return malformed("clear, load or eval", verb);
    if (verb == "eval_fail") command.outcome = Outcome::Failure;
    if (verb == "eval_ordered") command.is_ordered = true;
    if (verb == "eval_warn") command.warnings.emplace_back();
    if (verb == "eval_info") command.infos.emplace_back();
    if (auto read = parse_eval(line, command); !read) return std::move(read).error();
    return command;
}

inline Result<void> parse_detail(std::string_view line, Command& command) {
    auto rest = line;
    const auto first = take_word(rest);
    if (first == "expect") return parse_expect(rest, command);
    if (first == "expected_fail_message") {
        command.failure_parts.emplace_back(rest);
        return {};
    }
    if (first == "expected_fail_regexp") return {};
    if (const auto scalar = parse_number(line); scalar && command.kind == Command::Kind::Instant) {
        command.scalar = *scalar;
        return {};
    }
    if (first.starts_with('"') && command.kind == Command::Kind::Instant) {
        KW_TRY(command.text, unquote(line));
        return {};
    }
    KW_TRY(auto series, parse_series(line));
    command.series.push_back(std::move(series));
    return {};
}

// A command stands at the margin or after an empty line; its details follow, indented or not.
inline Result<std::vector<Command>> parse_script(std::string_view text) {
    std::vector<Command> commands;
    bool in_command = false;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto raw = text.substr(0, end);
        const auto line = trim(raw);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty()) in_command = false;
        if (line.empty() || line.starts_with('#')) continue;
        const bool indented = raw.front() == ' ' || raw.front() == '\t';
        const auto at = [&](Error error) {
            error.at.line = static_cast<std::uint32_t>(number);
            return error;
        };
        if (in_command && indented) {
            if (auto read = parse_detail(line, commands.back()); !read)
                return at(std::move(read).error());
            continue;
        }
        auto command = parse_command(line);
        if (!command) return at(std::move(command).error());
        command->line = number;
        commands.push_back(*std::move(command));
        in_command = true;
    }
    return commands;
}

} // namespace keepwatch::promql::script
