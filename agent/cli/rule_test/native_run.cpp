#include "cli/rule_test/native_run.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "cli/rule_test/stage.h"
#include "config/nearest.h"

namespace keepwatch::cli::rule_test {
namespace {

using alert::Alert;
using alert::State;
using config::StringMap;

std::string to_text(const StringMap& labels) {
    std::string text;
    for (const auto& [name, value] : labels)
        text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, keepwatch::quoted(value));
    return "{" + text + "}";
}

// Pairs each wanted alert with another one of those that came, if that can be done.
class Pairing {
public:
    using Fits = std::function<bool(std::size_t wanted, std::size_t got)>;
    Pairing(std::size_t wanted, std::size_t got, Fits fits) : fits_(std::move(fits)), holder_(got) {
        for (std::size_t i = 0; i < wanted; ++i) {
            seen_.assign(got, false);
            complete_ &= place(i);
        }
    }
    bool is_complete() const { return complete_; }

private:
    // Finds a place for one, for which others may move.
    bool place(std::size_t wanted) {
        for (std::size_t i = 0; i < holder_.size(); ++i) {
            if (seen_[i] || !fits_(wanted, i)) continue;
            seen_[i] = true;
            if (holder_[i] && !place(*holder_[i])) continue;
            holder_[i] = wanted;
            return true;
        }
        return false;
    }
    Fits fits_;
    std::vector<std::optional<std::size_t>> holder_; // By what came: which wanted one has it.
    std::vector<bool> seen_;
    bool complete_ = true;
};

bool has_labels(const Alert& alert, const StringMap& labels) {
    return std::all_of(labels.begin(), labels.end(), [&](const auto& label) {
        return alert.labels.get(label.first) == label.second;
    });
}

class Run {
public:
    Run(const NativeTest& test, const NativeFile& file, const alert::RuleSet& rules)
        : test_(test), stage_(test.series, file.start, file.interval, file.cluster),
          start_(file.start), engine_(setup(file, rules)) {
        verdict_.name = test.name;
    }

    Verdict run() {
        auto order = test_.expectations;
        std::stable_sort(order.begin(), order.end(),
                         [](const auto& a, const auto& b) { return a.at < b.at; });
        for (const auto& expectation : order) {
            if (!is_known(expectation)) continue;
            stage_.play_until(start_ + expectation.at, engine_);
            report_errors(expectation);
            check(expectation);
        }
        return std::move(verdict_);
    }

private:
    engine::Setup setup(const NativeFile& file, const alert::RuleSet& rules) const {
        engine::Setup setup;
        setup.targets = stage_.targets();
        setup.whole_cluster = file.whole_cluster;
        setup.rules = rules;
        setup.external_labels = Labels{{"cluster", file.cluster}};
        return setup;
    }

    void fail(const NativeExpectation& expectation, std::string_view what,
              const std::string& details = "") {
        verdict_.failures.push_back(fmt::format(
            "    {}:{}: {} at {}: {}\n{}", expectation.where.file, expectation.where.line,
            expectation.alert, format_duration(expectation.at), what, details));
    }

    bool is_known(const NativeExpectation& expectation) {
        std::vector<std::string_view> names;
        for (const auto& entry : engine_.rules().rules())
            if (entry->rule.rule().kind == alert::Rule::Kind::Alerting)
                names.push_back(entry->rule.rule().name);
        if (std::find(names.begin(), names.end(), expectation.alert) != names.end()) return true;
        fail(expectation,
             "the rules have no such alert" + config::did_you_mean(expectation.alert, names));
        return false;
    }

    // Each once: a rule that cannot be evaluated fires never.
    void report_errors(const NativeExpectation& expectation) {
        for (const auto& entry : engine_.rules().rules()) {
            const auto& rule = entry->rule;
            if (!rule.last_error()) continue;
            const auto what =
                fmt::format("rule {}: {}", rule.rule().name, rule.last_error()->to_string());
            if (std::find(told_.begin(), told_.end(), what) != told_.end()) continue;
            told_.push_back(what);
            fail(expectation, what);
        }
    }

    std::vector<Alert> alerts(const std::string& name, State state) const {
        std::vector<Alert> found;
        for (const auto& entry : engine_.rules().rules()) {
            if (entry->rule.rule().name != name) continue;
            for (const auto& [labels, alert] : entry->rule.alerts())
                if (alert.state == state) found.push_back(alert);
        }
        return found;
    }

    void check(const NativeExpectation& expectation) {
        if (expectation.pending)
            check_labels(expectation, *expectation.pending, State::Pending, "pending");
        if (expectation.firing &&
            check_labels(expectation, *expectation.firing, State::Firing, "firing"))
            check_summaries(expectation);
    }

    bool check_labels(const NativeExpectation& expectation, const NativeExpectation::Alerts& wanted,
                      State state, std::string_view word) {
        const auto got = alerts(expectation.alert, state);
        const Pairing pairing(wanted.size(), got.size(), [&](std::size_t i, std::size_t j) {
            return has_labels(got[j], wanted[i]);
        });
        if (wanted.size() == got.size() && pairing.is_complete()) return true;
        std::string details;
        for (const auto& labels : wanted) details += fmt::format("      - {}\n", to_text(labels));
        for (const auto& alert : got)
            details += fmt::format("      + {}\n", alert.labels.to_string());
        fail(expectation,
             fmt::format("wanted {} {} (-), got {} (+)", wanted.size(), word, got.size()), details);
        return false;
    }

    void check_summaries(const NativeExpectation& expectation) {
        if (!expectation.summary) return;
        const auto& wanted = *expectation.firing;
        const auto& texts = *expectation.summary;
        const auto got = alerts(expectation.alert, State::Firing);
        const Pairing pairing(wanted.size(), got.size(), [&](std::size_t i, std::size_t j) {
            return has_labels(got[j], wanted[i]) && got[j].annotations.get("summary") == texts[i];
        });
        if (pairing.is_complete()) return;
        std::vector<std::string> came;
        for (const auto& alert : got) came.emplace_back(alert.annotations.get("summary"));
        fail(expectation, "other summaries were wanted (-) than came (+)",
             difference(texts, std::move(came)));
    }

    const NativeTest& test_;
    Stage stage_;
    Timestamp start_;
    engine::Engine engine_;
    std::vector<std::string> told_;
    Verdict verdict_;
};

} // namespace

Verdict run_native_test(const NativeTest& test, const NativeFile& file,
                        const alert::RuleSet& rules) {
    return Run(test, file, rules).run();
}

} // namespace keepwatch::cli::rule_test
