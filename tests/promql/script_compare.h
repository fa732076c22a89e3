#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "promql/script_commands.h"
#include "promql/value.h"

namespace keepwatch::promql::script {

// Tells how a result differs from what a command expects; "" if it does not.
struct Comparison {
    double tolerance = 0; // Relative.

    bool almost_equal(double got, double wanted) const {
        if (std::isnan(got) || std::isnan(wanted)) return std::isnan(got) && std::isnan(wanted);
        if (got == wanted) return true;
        return std::fabs(got - wanted) / (std::fabs(got) + std::fabs(wanted)) < tolerance;
    }

    static std::string show(const Labels& labels, double value) {
        return fmt::format("{} {}", labels.to_string(), format_number(value));
    }

    std::string of_vectors(const Command& command, const VectorValue& got) const {
        std::map<Labels, double> wanted;
        for (const auto& series : command.series)
            wanted[series.labels] = series.values.at(0).value();
        if (command.scalar) return "got a vector";
        for (std::size_t i = 0; i < got.size(); ++i) {
            const auto& labels = got[i].labels;
            const double value = got[i].value;
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
    std::string of_series(const Command& command, const MatrixValue& got) const {
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

    std::string on_grid(const Command& command, const MatrixValue& matrix) const {
        std::map<Labels, Slots> got;
        const auto steps = (command.end - command.start).ms / command.step.ms + 1;
        for (const auto& [labels, samples] : matrix) {
            auto& slots = got[labels];
            slots.resize(static_cast<std::size_t>(steps));
            for (const auto& [t, v] : samples) {
                const auto since = (t - command.start).ms;
                if (since < 0 || since % command.step.ms != 0 || t > command.end)
                    return fmt::format("{} has a sample at {} ms", labels.to_string(), t.ms);
                slots[static_cast<std::size_t>(since / command.step.ms)] = v;
            }
        }
        if (got.size() != command.series.size())
            return fmt::format("got {} series instead of {}", got.size(), command.series.size());
        for (const auto& line : command.series) {
            const auto found = got.find(line.labels);
            if (found == got.end()) return "missing " + line.labels.to_string();
            if (auto bad = compare_slots(line, found->second); !bad.empty()) return bad;
        }
        return {};
    }

    std::string compare_slots(const SeriesLine& line, const Slots& got) const {
        const auto shown = [](const std::optional<double>& slot) {
            return slot ? format_number(*slot) : "_";
        };
        for (std::size_t i = 0; i < got.size(); ++i) {
            const auto wanted = i < line.values.size() ? line.values[i] : std::nullopt;
            if (got[i].has_value() != wanted.has_value() ||
                (wanted && !almost_equal(*got[i], *wanted)))
                return fmt::format("step {} of {}: {} instead of {}", i, line.labels.to_string(),
                                   shown(got[i]), shown(wanted));
        }
        return {};
    }
};

} // namespace keepwatch::promql::script
