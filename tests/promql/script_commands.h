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

// `msg: text`, `regex: expression`, or nothing, which anything is.
inline Expectation parse_expectation(std::string_view detail) {
    if (detail.starts_with("msg:")) return {std::string(trim(detail.substr(4))), false};
    if (detail.starts_with("regex:")) return {std::string(trim(detail.substr(6))), true};
    return {std::string(detail), true};
}

// `range vector from 1m to 3m step 1m`
inline Result<void> parse_times(std::string_view rest, Command& command) {
    for (const auto keyword : {"vector", "from"})
        if (const auto word = take_word(rest); word != keyword) return malformed(keyword, word);
    KW_TRY(command.start.ms, parse_ms(take_word(rest)));
    if (const auto word = take_word(rest); word != "to") return malformed("to", word);
    KW_TRY(command.end.ms, parse_ms(take_word(rest)));
    if (const auto word = take_word(rest); word != "step") return malformed("step", word);
    KW_TRY(command.step.ms, parse_ms(take_word(rest)));
    command.has_times = true;
    return {};
}

// `fail`, `fail msg: text`, `ordered`, `warn`, `no_info`, `string "text"`.
inline Result<void> parse_expect(std::string_view rest, Command& command) {
    const auto what = take_word(rest);
    if (what == "fail") {
        command.outcome = Outcome::Failure;
        command.failures.push_back(parse_expectation(rest));
    } else if (what == "ordered") {
        command.is_ordered = true;
    } else if (what == "warn") {
        command.warnings.push_back(parse_expectation(rest));
    } else if (what == "info") {
        command.infos.push_back(parse_expectation(rest));
    } else if (what == "no_warn") {
        command.no_warnings = true;
    } else if (what == "no_info") {
        command.no_infos = true;
    } else if (what == "range") {
        return parse_times(rest, command);
    } else if (what == "string") {
        KW_TRY(command.text, unquote(rest));
    } else {
        return malformed("fail, ordered, warn, info, no_warn, no_info, range or string", what);
    }
    return {};
}

inline Result<Command> parse_command(std::string_view line) {
    Command command;
    const auto verb = take_word(line);
    if (verb == "clear") return command;
    if (verb == "load" || verb == "load_with_nhcb") {
        command.kind = Command::Kind::Load;
        command.with_nhcb = verb == "load_with_nhcb";
        KW_TRY(command.step.ms, parse_ms(take_word(line)));
        return command;
    }
    if (!verb.starts_with("eval")) return malformed("clear, load or eval", verb);
    if (verb == "eval_fail") command.outcome = Outcome::Failure;
    if (verb == "eval_ordered") command.is_ordered = true;
    if (verb == "eval_warn") command.warnings.push_back({"", true});
    if (verb == "eval_info") command.infos.push_back({"", true});
    if (auto read = parse_eval(line, command); !read) return std::move(read).error();
    return command;
}

inline Result<void> parse_detail(std::string_view line, Command& command) {
    auto rest = line;
    const auto first = take_word(rest);
    if (first == "expect") return parse_expect(rest, command);
    if (first == "expected_fail_message" || first == "expected_fail_regexp") {
        command.failures.push_back({std::string(rest), first == "expected_fail_regexp"});
        return {};
    }
    if (const auto scalar = parse_number(line); scalar && command.kind == Command::Kind::Instant) {
        command.scalar = *scalar;
        return {};
    }
    if (first.starts_with('"') && command.kind == Command::Kind::Instant) {
        KW_TRY(command.text, unquote(line));
        return {};
    }
    if (first.ends_with("@st")) { // The values follow in a line of their own.
        SeriesLine series;
        KW_TRY(series.labels, take_labels(line));
        series.foreign = Foreign::StartTimestamps;
        command.series.push_back(std::move(series));
        return {};
    }
    KW_TRY(auto series, parse_series(line));
    command.series.push_back(std::move(series));
    return {};
}

inline bool is_command(std::string_view line) {
    const auto verb = line.substr(0, line.find_first_of(" \t"));
    for (const auto* known : {"clear", "load", "load_with_nhcb", "eval", "eval_fail",
                              "eval_ordered", "eval_warn", "eval_info"})
        if (verb == known) return true;
    return false;
}

// A command stands at the margin or after an empty line; its details follow.
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
        if (in_command && (indented || !is_command(line))) {
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
