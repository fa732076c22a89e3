#pragma once

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include "promql/evaluate.h"
#include "promql/print.h"
#include "promql/script_compare.h"
#include "promql/script_fixed.h"
#include "promql/selectors.h"
#include "series/archive_store.h"

namespace keepwatch::promql::script {

struct Verdict {
    enum class Kind : std::uint8_t { Done, Passed, Failed, Skipped };
    Kind kind = Kind::Done; // Not a question at all.
    std::string why{};
};

// One script's data, and what its commands say that is not so.
class Runner {
public:
    explicit Runner(double tolerance) : comparison_{tolerance} {}

    Verdict run(const Command& command) {
        if (command.kind == Command::Kind::Clear) {
            store_ = {};
            foreign_.clear();
            return {};
        }
        if (command.kind == Command::Kind::Load) {
            load(command);
            return {};
        }
        for (const auto& line : command.series)
            if (line.foreign != Foreign::No) return skipped(line.foreign);
        const auto expr = parse(command.expr);
        if (!expr) return verdict(refused(command, expr.error()));
        if (const auto foreign = reads_foreign(**expr); foreign != Foreign::No)
            return skipped(foreign);
        return verdict(command.kind == Command::Kind::Range ? range(command, **expr)
                                                            : instant(command, **expr));
    }

private:
    static Verdict verdict(std::string bad) {
        return {bad.empty() ? Verdict::Kind::Passed : Verdict::Kind::Failed, std::move(bad)};
    }
    static Verdict skipped(Foreign foreign) {
        return {Verdict::Kind::Skipped,
                foreign == Foreign::NativeHistogram ? "native histograms" : "start timestamps"};
    }

    void load(const Command& command) {
        for (const auto& [labels, values, foreign] : command.series) {
            if (foreign != Foreign::No) foreign_.emplace_back(labels, foreign);
            for (const auto* suffix : {"_bucket", "_count", "_sum"}) {
                const auto name = labels.name();
                if (!command.with_nhcb || !name.ends_with(suffix)) continue;
                auto native = labels.with("le", "").with(
                    kNameLabel, name.substr(0, name.size() - std::string_view(suffix).size()));
                foreign_.emplace_back(std::move(native), Foreign::NativeHistogram);
            }
            Timestamp t;
            for (const auto& value : values) {
                if (value) store_.append(labels, t, *value);
                t = t + command.step;
            }
        }
    }

    Foreign reads_foreign(const Expr& expr) const {
        for (const auto* selector : selectors(expr))
            for (const auto& [labels, foreign] : foreign_) {
                const auto matches = [&](const auto& one) { return one.matches(labels); };
                const auto& matchers = selector->matchers;
                if (std::all_of(matchers.begin(), matchers.end(), matches)) return foreign;
            }
        return Foreign::No;
    }

    static bool holds(const Expectation& wanted, const std::string& got) {
        if (!wanted.is_regex) return trim(got) == wanted.text;
        return std::regex_search(got, std::regex(wanted.text));
    }

    static std::string refused(const Command& command, const Error& error) {
        if (command.outcome != Outcome::Failure) return "error: " + error.to_string();
        for (const auto& wanted : command.failures)
            if (!holds(wanted, error.to_string()))
                return "error instead of \"" + wanted.text + "\": " + error.to_string();
        return {};
    }

    // Each expected note is there, and if any is expected, no other.
    static std::string check_notes(const std::vector<Expectation>& wanted, bool none,
                                   const std::vector<std::string>& got) {
        if (none && !got.empty()) return "unwanted: " + got.front();
        for (const auto& one : wanted) {
            const auto is_it = [&](const auto& note) { return holds(one, note); };
            if (std::none_of(got.begin(), got.end(), is_it))
                return fmt::format("no note \"{}\" among [{}]", one.text, fmt::join(got, "; "));
        }
        for (const auto& note : got) {
            const auto explains = [&](const auto& one) { return holds(one, note); };
            if (!wanted.empty() && std::none_of(wanted.begin(), wanted.end(), explains))
                return "unexpected: " + note;
        }
        return {};
    }

    static std::string check_notes(const Command& command, const Notes& notes) {
        auto bad = check_notes(command.warnings, command.no_warnings, notes.warnings);
        return bad.empty() ? check_notes(command.infos, command.no_infos, notes.infos) : bad;
    }

    std::string instant(const Command& command, const Expr& expr) {
        Notes notes;
        const auto at = command.has_times ? command.end : command.start;
        const auto value = Evaluator(store_).instant(expr, at, &notes);
        if (!value) return refused(command, value.error());
        if (command.outcome == Outcome::Failure) return "succeeded";
        if (auto bad = check_notes(command, notes); !bad.empty()) return bad;
        if (const auto* scalar = std::get_if<ScalarValue>(&*value))
            return command.scalar && comparison_.almost_equal(scalar->value, *command.scalar)
                       ? ""
                       : "got scalar " + format_number(scalar->value);
        if (const auto* text = std::get_if<StringValue>(&*value))
            return command.text == text->text ? "" : "got string " + keepwatch::quoted(text->text);
        if (const auto* matrix = std::get_if<MatrixValue>(&*value))
            return command.has_times ? comparison_.on_grid(command, *matrix)
                                     : comparison_.of_series(command, *matrix);
        auto bad = comparison_.of_vectors(command, std::get<VectorValue>(*value));
        if (bad.empty()) bad = as_fixed(command, expr);
        if (!bad.empty() || command.is_ordered) return bad;
        for (const auto* follows_query : {"start()", "end()", "step()", "range()"})
            if (command.expr.find(follows_query) != std::string::npos) return {};
        return as_middle_of_range(command, expr);
    }

    // What is fixed with `@` gives the same at any time.
    std::string as_fixed(const Command& command, const Expr& expr) {
        const auto at = command.start;
        const auto fixed = Fixer(at).fixed(std::make_shared<Expr>(expr));
        if (depends_on_time(*fixed)) return {};
        const auto text = print(*fixed);
        if (const auto parsed = parse(text); !parsed || print(**parsed) != text)
            return text + ": is not read as the same";
        for (const auto t : {at.ms * -10 - 1000, at.ms / 5, at.ms * 10 + 1000}) {
            const auto value = Evaluator(store_).instant(*fixed, {t});
            if (!value) return fmt::format("{} at {} ms: {}", text, t, value.error().to_string());
            auto bad = comparison_.of_vectors(command, std::get<VectorValue>(*value));
            if (!bad.empty()) return fmt::format("{} at {} ms: {}", text, t, bad);
        }
        return {};
    }

    // A range query gives the same at each of its steps.
    std::string as_middle_of_range(const Command& command, const Expr& expr) {
        const auto value = Evaluator(store_).range(expr, command.start - minutes(1),
                                                   command.start + minutes(1), minutes(1));
        if (!value) return "as a range query: " + value.error().to_string();
        VectorValue middle;
        for (const auto& series : std::get<MatrixValue>(*value))
            for (const auto& sample : series.samples)
                if (sample.t == command.start)
                    middle.push_back({series.labels, sample.t, sample.value});
        auto bad = comparison_.of_vectors(command, middle);
        return bad.empty() ? bad : "as a range query: " + bad;
    }

    std::string range(const Command& command, const Expr& expr) {
        Notes notes;
        const auto value =
            Evaluator(store_).range(expr, command.start, command.end, command.step, &notes);
        if (!value) return refused(command, value.error());
        if (command.outcome == Outcome::Failure) return "succeeded";
        if (auto bad = check_notes(command, notes); !bad.empty()) return bad;
        return comparison_.on_grid(command, std::get<MatrixValue>(*value));
    }

    Comparison comparison_;
    series::ArchiveStore store_;
    std::vector<std::pair<Labels, Foreign>> foreign_; // Series that could not be loaded.
};

} // namespace keepwatch::promql::script
