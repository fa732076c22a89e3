#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <doctest/doctest.h>

#include "promql/evaluate.h"
#include "promql/script_commands.h"
#include "promql/types.h"
#include "series/archive_store.h"

namespace keepwatch::promql {
namespace {

using script::Command;

bool almost_equal(double got, double wanted) {
    if (std::isnan(got) || std::isnan(wanted)) return std::isnan(got) && std::isnan(wanted);
    if (got == wanted) return true;
    return std::fabs(got - wanted) / (std::fabs(got) + std::fabs(wanted)) < 1e-9;
}

// One script's data, and what its commands say that is not so; "" if all is well.
class Runner {
public:
    std::string run(const Command& command) {
        switch (command.kind) {
        case Command::Kind::Clear:
            store_ = {};
            return {};
        case Command::Kind::Load:
            load(command);
            return {};
        default:
            break;
        }
        const auto expr = parse(command.expr);
        if (!expr) return refused(command, expr.error());
        return command.kind == Command::Kind::Range ? range(command, **expr)
                                                    : instant(command, **expr);
    }

private:
    void load(const Command& command) {
        for (const auto& [labels, values] : command.series) {
            Timestamp t;
            for (const auto& value : values) {
                if (value) store_.append(labels, t, *value);
                t = t + command.step;
            }
        }
    }

    static std::string refused(const Command& command, const Error& error) {
        if (command.outcome != script::Outcome::Failure) return "error: " + error.to_string();
        for (const auto& part : command.failure_parts)
            if (error.to_string().find(part) == std::string::npos)
                return "error without \"" + part + "\": " + error.to_string();
        return {};
    }

    static std::string check_notes(const std::vector<std::string>& wanted, bool none,
                                   const std::vector<std::string>& got) {
        if (none && !got.empty()) return "unwanted: " + got.front();
        for (const auto& part : wanted) {
            const auto has = [&](const auto& note) { return note.find(part) != note.npos; };
            if (std::none_of(got.begin(), got.end(), has))
                return fmt::format("no note \"{}\" among [{}]", part, fmt::join(got, "; "));
        }
        return {};
    }

    std::string instant(const Command& command, const Expr& expr) {
        Notes notes;
        const auto value = Evaluator(store_).instant(expr, command.start, &notes);
        if (!value) return refused(command, value.error());
        if (command.outcome == script::Outcome::Failure) return "succeeded";
        if (auto bad = check_notes(command.warnings, command.no_warnings, notes.warnings);
            !bad.empty())
            return bad;
        if (auto bad = check_notes(command.infos, command.no_infos, notes.infos); !bad.empty())
            return bad;
        if (const auto* scalar = std::get_if<ScalarValue>(&*value))
            return command.scalar && almost_equal(scalar->value, *command.scalar)
                       ? ""
                       : "got scalar " + format_number(scalar->value);
        if (const auto* text = std::get_if<StringValue>(&*value))
            return command.text == text->text ? "" : "got string " + keepwatch::quoted(text->text);
        if (const auto* matrix = std::get_if<MatrixValue>(&*value))
            return compare_series(command, *matrix);
        auto bad = compare(command, std::get<VectorValue>(*value));
        if (!bad.empty() || command.is_ordered) return bad;
        if (command.expr.find("start()") != std::string::npos ||
            command.expr.find("end()") != std::string::npos)
            return {};
        return as_middle_of_range(command, expr);
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
        auto bad = compare(command, middle);
        return bad.empty() ? bad : "as a range query: " + bad;
    }

    static std::string show(const Labels& labels, double value) {
        return fmt::format("{} {}", labels.to_string(), format_number(value));
    }

    static std::string compare(const Command& command, const VectorValue& got) {
        std::map<Labels, double> wanted;
        for (const auto& series : command.series)
            wanted[series.labels] = series.values.at(0).value();
        if (command.scalar) return "got a vector";
        for (std::size_t i = 0; i < got.size(); ++i) {
            const auto& [labels, t, value] = got[i];
            if (command.is_ordered &&
                (i >= command.series.size() || command.series[i].labels != labels))
                return "out of order: " + show(labels, value);
            const auto found = wanted.find(labels);
            if (found == wanted.end()) return "unexpected " + show(labels, value);
            if (!almost_equal(value, found->second))
                return fmt::format("got {} instead of {}", show(labels, value),
                                   format_number(found->second));
            wanted.erase(found);
        }
        return wanted.empty() ? ""
                              : "missing " + show(wanted.begin()->first, wanted.begin()->second);
    }

    // Of a range vector only the values count, not their times.
    static std::string compare_series(const Command& command, const MatrixValue& got) {
        if (got.size() != command.series.size())
            return fmt::format("got {} series instead of {}", got.size(), command.series.size());
        for (const auto& [labels, samples] : got) {
            const auto same = [&](const auto& line) { return line.labels == labels; };
            const auto wanted = std::find_if(command.series.begin(), command.series.end(), same);
            if (wanted == command.series.end()) return "unexpected " + labels.to_string();
            if (samples.size() != wanted->values.size())
                return fmt::format("{} has {} samples", labels.to_string(), samples.size());
            for (std::size_t i = 0; i < samples.size(); ++i)
                if (!almost_equal(samples[i].value, wanted->values[i].value()))
                    return fmt::format("sample {}: {}", i, show(labels, samples[i].value));
        }
        return {};
    }

    std::string range(const Command& command, const Expr& expr) {
        Notes notes;
        const auto value =
            Evaluator(store_).range(expr, command.start, command.end, command.step, &notes);
        if (!value) return refused(command, value.error());
        if (command.outcome == script::Outcome::Failure) return "succeeded";
        const auto& matrix = std::get<MatrixValue>(*value);
        std::map<Labels, script::Slots> got;
        const auto steps = (command.end - command.start).ms / command.step.ms + 1;
        for (const auto& [labels, samples] : matrix) {
            auto& slots = got[labels];
            slots.resize(static_cast<std::size_t>(steps));
            for (const auto& [t, v] : samples)
                slots[static_cast<std::size_t>((t - command.start).ms / command.step.ms)] = v;
        }
        if (got.size() != command.series.size())
            return fmt::format("got {} series instead of {}", got.size(), command.series.size());
        for (const auto& line : command.series) {
            const auto found = got.find(line.labels);
            if (found == got.end()) return "missing " + line.labels.to_string();
            for (std::size_t i = 0; i < found->second.size(); ++i) {
                const auto wanted = i < line.values.size() ? line.values[i] : std::nullopt;
                const auto& slot = found->second[i];
                if (slot.has_value() != wanted.has_value() ||
                    (slot && !almost_equal(*slot, *wanted)))
                    return fmt::format("step {} of {}: {} instead of {}", i,
                                       line.labels.to_string(), slot ? format_number(*slot) : "_",
                                       wanted ? format_number(*wanted) : "_");
            }
        }
        return {};
    }

    series::ArchiveStore store_;
};

std::size_t run_file(const std::filesystem::path& path) {
    const auto name = path.string();
    std::ifstream file(path);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto commands = script::parse_script(text);
    if (!commands) {
        DOCTEST_ADD_FAIL_CHECK_AT(name.c_str(), static_cast<int>(commands.error().at.line),
                                  commands.error().message);
        return 0;
    }
    Runner runner;
    for (const auto& command : *commands) {
        const auto bad = runner.run(command);
        if (!bad.empty())
            DOCTEST_ADD_FAIL_CHECK_AT(name.c_str(), static_cast<int>(command.line),
                                      command.expr << "\n  " << bad);
    }
    return commands->size();
}

std::size_t run_folder(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> scripts;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".test") scripts.push_back(entry.path());
    std::sort(scripts.begin(), scripts.end());
    std::size_t commands = 0;
    for (const auto& script : scripts) commands += run_file(script);
    return commands;
}

} // namespace

TEST_CASE("promql: the scripts beside this file hold") {
    CHECK(run_folder(KEEPWATCH_SOURCE_DIR "/tests/promql") > 100);
}

// KEEPWATCH_PROMQL_SCRIPTS names a folder of scripts from elsewhere, such as Prometheus's own.
TEST_CASE("promql: scripts from elsewhere hold") {
    if (const char* folder = std::getenv("KEEPWATCH_PROMQL_SCRIPTS")) CHECK(run_folder(folder) > 0);
}

} // namespace keepwatch::promql
