#include "cli/rule_test/promtool_run.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "alert/running_rule.h"
#include "cli/rule_test/input_series.h"
#include "model/number.h"
#include "promql/evaluate.h"
#include "promql/parse.h"
#include "series/archive_store.h"

namespace keepwatch::cli::rule_test {
namespace {

using alert::State;

std::string to_text(const ExactLabels& labels) {
    std::string text;
    for (const auto& [name, value] : labels)
        text += fmt::format("{}{}={}", text.empty() ? "" : ", ", name, keepwatch::quoted(value));
    return "{" + text + "}";
}

ExactLabels exact(const Labels& labels) {
    ExactLabels result;
    for (const auto& [name, value] : labels) result.emplace(name, value);
    return result;
}

// A rule, and the series it gave last time.
struct Running {
    alert::RunningRule rule;
    const alert::Group* group;
    std::set<Labels> gave;
};

// The input of a test, and how far it was written into the store.
struct Input {
    struct Series {
        Labels labels;
        std::vector<Sample> samples;
        std::size_t written = 0;
    };
    std::vector<Series> series;

    // As promtool: what is given again takes the place of what was there, and an empty line or one
    // that begins with # ends the input.
    static Result<Input> parse(const PromtoolTest& test) {
        Input input;
        std::string_view lines = test.series;
        while (!lines.empty()) {
            const auto end = lines.find('\n');
            const auto line = lines.substr(0, end);
            lines.remove_prefix(end + 1);
            const auto first = line.find_first_not_of(" \t\r");
            if (first == line.npos || line[first] == '#') break;
            auto given = parse_input_series(line);
            if (!given)
                return std::move(given).error().within(fmt::format("input series {}", line));
            input.add(*std::move(given), test);
        }
        return input;
    }

private:
    void add(InputSeries given, const PromtoolTest& test) {
        const auto same = [&](const Series& one) { return one.labels == given.labels; };
        auto found = std::find_if(series.begin(), series.end(), same);
        if (found == series.end()) found = series.insert(found, Series{given.labels, {}, 0});
        found->samples.clear();
        auto t = test.start;
        for (const auto& slot : given.slots) {
            if (slot) found->samples.push_back({t, *slot});
            t = t + test.interval;
        }
    }
};

class Run {
public:
    Run(const PromtoolTest& test, const PromtoolFile& file, const alert::RuleSet& rules)
        : test_(test), file_(file) {
        around_.series = &store_;
        around_.external_labels = test.external_labels;
        around_.external_url = test.external_url;
        around_.options.default_step = file.evaluation_interval;
        around_.options.features = promql::Features::none();
        verdict_.name = test.name;
        for (const auto* group : in_order(rules))
            for (const auto& rule : group->rules)
                rules_.push_back(std::make_unique<Running>(
                    Running{alert::RunningRule(rule, *group, around_), group, {}}));
    }

    Verdict run() {
        auto input = Input::parse(test_);
        if (!input) {
            fail(input.error().to_string());
            return std::move(verdict_);
        }
        input_ = *std::move(input);
        for (const auto& one : test_.alerts)
            if (one.alert.empty()) {
                fail(fmt::format("an alert_rule_test at {} lacks its alertname",
                                 format_duration(one.at)));
                return std::move(verdict_);
            }
        if (evaluate_all())
            for (const auto& one : test_.queries) check(one);
        return std::move(verdict_);
    }

private:
    std::vector<const alert::Group*> in_order(const alert::RuleSet& rules) const {
        std::vector<const alert::Group*> groups;
        for (const auto& group : rules.groups) groups.push_back(&group);
        const auto place = [&](const alert::Group* group) { // Those not named count as the first.
            const auto& order = file_.group_order;
            const auto found = std::find(order.begin(), order.end(), group->name);
            return found == order.end() ? 0 : found - order.begin();
        };
        std::stable_sort(groups.begin(), groups.end(),
                         [&](auto* a, auto* b) { return place(a) < place(b); });
        return groups;
    }

    void fail(const std::string& what, const std::string& details = "") {
        verdict_.failures.push_back(fmt::format("    {}\n{}", what, details));
    }

    Duration last_moment() const {
        Duration last;
        for (const auto& one : test_.alerts) last = std::max(last, one.at);
        for (const auto& one : test_.queries) last = std::max(last, one.at);
        return last;
    }

    // False: an evaluation went wrong, which ends the test.
    bool evaluate_all() {
        const auto last = last_moment();
        const auto step = file_.evaluation_interval;
        if (last.ms / step.ms >= kEvaluationsMax) {
            fail(fmt::format("needs more than {} evaluations", kEvaluationsMax));
            return false;
        }
        for (Duration since; since <= last; since = since + step) {
            const auto now = test_.start + since;
            if (auto written = write_input(now); !written) {
                fail(written.error().message);
                continue;
            }
            if (!evaluate(now)) return false;
            for (const auto& one : test_.alerts)
                if (since <= one.at && one.at < since + step) check(one);
        }
        return true;
    }

    Result<void> write_input(Timestamp until) {
        for (auto& series : input_.series) {
            for (; series.written < series.samples.size(); ++series.written) {
                const auto& sample = series.samples[series.written];
                if (sample.t > until) break;
                if (auto done = write(series.labels, sample); !done) return done;
            }
        }
        return {};
    }

    // Refuses what Prometheus's storage refuses.
    Result<void> write(const Labels& labels, const Sample& sample) {
        const auto id = store_.series(labels);
        if (!id) return Error{ErrorKind::LimitExceeded, "too many series"};
        const auto newest = store_.latest(*id, kBeginningOfTime, kEndOfTime);
        if (newest && newest->t > sample.t)
            return Error{ErrorKind::InvalidInput,
                         fmt::format("{}: sample out of order", labels.to_string())};
        if (newest && newest->t == sample.t) {
            if (std::bit_cast<std::uint64_t>(newest->value) ==
                std::bit_cast<std::uint64_t>(sample.value))
                return {};
            return Error{ErrorKind::InvalidInput,
                         fmt::format("{}: two values at one time", labels.to_string())};
        }
        if (store_.append(*id, sample.t, sample.value)) return {};
        return Error{ErrorKind::LimitExceeded, "too many samples"};
    }

    bool evaluate(Timestamp now) {
        std::vector<std::string> errors;
        for (auto& running : rules_)
            if (auto done = evaluate(*running, now); !done)
                errors.push_back(
                    fmt::format("rule: {}, time: {}, error: {}", running->rule.rule().name,
                                format_duration(now - test_.start), done.error().to_string()));
        for (const auto& error : errors) fail(error);
        return errors.empty();
    }

    Result<void> evaluate(Running& running, Timestamp now) {
        auto& rule = running.rule;
        (void)rule.evaluate(now, {});
        if (rule.last_error()) return *rule.last_error();
        if (rule.left_out() > 0)
            return Error{ErrorKind::LimitExceeded,
                         fmt::format("exceeded limit of {} with {} alerts", running.group->limit,
                                     running.group->limit + rule.left_out())};
        const auto at = now - running.group->query_offset;
        std::set<Labels> gives;
        Result<void> first_wrong;
        for (const auto& [labels, value] : rule.outputs()) {
            auto done = write(labels, {at, value});
            if (done)
                gives.insert(labels);
            else
                first_wrong = std::move(done);
        }
        for (const auto& labels :
             running.gave) // Where another rule gives it now, it has not ended.
            if (!gives.contains(labels)) (void)write(labels, {at, stale_marker()});
        running.gave = std::move(gives);
        return first_wrong;
    }

    void check(const AlertCase& one) {
        std::vector<ExpectedAlert> got;
        for (const auto& running : rules_) {
            const auto& rule = running->rule.rule();
            if (rule.kind != alert::Rule::Kind::Alerting || rule.name != one.alert) continue;
            for (const auto& [labels, alert] : running->rule.alerts()) {
                if (alert.state != State::Firing) continue;
                ExpectedAlert fires{exact(labels), {}};
                for (const auto& annotation : rule.annotations) // An empty one is there, too.
                    fires.annotations[annotation.name] = alert.annotations.get(annotation.name);
                got.push_back(std::move(fires));
            }
        }
        auto expected = one.expected;
        for (auto& alert : expected) alert.labels["alertname"] = one.alert;
        std::sort(got.begin(), got.end());
        std::sort(expected.begin(), expected.end());
        if (got == expected) return;
        const auto listed = [](const std::vector<ExpectedAlert>& alerts) {
            std::vector<std::string> lines;
            for (const auto& alert : alerts)
                lines.push_back(fmt::format("{} annotations {}", to_text(alert.labels),
                                            to_text(alert.annotations)));
            return lines;
        };
        fail(fmt::format("{}:{}: alert {} at {}: wanted {} firing, got {}", one.where.file,
                         one.where.line, one.alert, format_duration(one.at), expected.size(),
                         got.size()),
             difference(listed(expected), listed(got)));
    }

    struct ExactSample {
        ExactLabels labels;
        double value = 0;
    };
    using ExactSamples = std::vector<ExactSample>;

    void check(const QueryCase& one) {
        const auto where = fmt::format("{}:{}: {} at {}", one.where.file, one.where.line, one.expr,
                                       format_duration(one.at));
        auto got = answer(one);
        if (!got) return fail(fmt::format("{}: {}", where, got.error().to_string()));
        auto expected = samples(one);
        if (!expected) return fail(fmt::format("{}: {}", where, expected.error().to_string()));
        const auto by_labels = [](const ExactSample& a, const ExactSample& b) {
            return a.labels < b.labels;
        };
        std::stable_sort(got->begin(), got->end(), by_labels);
        std::stable_sort(expected->begin(), expected->end(), by_labels);
        const auto same = [this](const ExactSample& a, const ExactSample& b) {
            return a.labels == b.labels && equal(a.value, b.value);
        };
        if (std::equal(expected->begin(), expected->end(), got->begin(), got->end(), same)) return;
        fail(where + ": another result was wanted", difference(listed(*expected), listed(*got)));
    }

    static std::vector<std::string> listed(const ExactSamples& samples) {
        std::vector<std::string> lines;
        for (const auto& sample : samples)
            lines.push_back(
                fmt::format("{} {}", to_text(sample.labels), format_number(sample.value)));
        return lines;
    }

    bool equal(double a, double b) const {
        if (a == b) return true;
        constexpr auto infinity = std::numeric_limits<double>::infinity();
        return file_.is_fuzzy &&
               (std::nextafter(a, -infinity) == b || std::nextafter(a, infinity) == b);
    }

    Result<ExactSamples> answer(const QueryCase& one) const {
        KW_TRY(const auto expr, promql::parse(one.expr, around_.options.features));
        KW_TRY(const auto value,
               promql::Evaluator(store_, around_.options).instant(*expr, test_.start + one.at));
        ExactSamples samples;
        if (const auto* vector = std::get_if<promql::VectorValue>(&value)) {
            for (const auto& element : *vector)
                samples.push_back({exact(element.labels), element.value});
        } else if (const auto* scalar = std::get_if<promql::ScalarValue>(&value)) {
            samples.push_back({{}, scalar->value});
        } else {
            return Error{ErrorKind::InvalidInput, "rule result is not a vector or scalar"};
        }
        return samples;
    }

    static Result<ExactSamples> samples(const QueryCase& one) {
        ExactSamples samples;
        for (const auto& sample : one.expected) {
            if (!sample.histogram.empty()) {
                KW_TRY(const auto refused, parse_slots(sample.histogram));
                return Error{
                    ErrorKind::InvalidInput,
                    fmt::format("wanted a native histogram, got {} values", refused.size())};
            }
            Labels labels;
            if (!sample.labels.empty()) {
                KW_TRY(labels, parse_metric(sample.labels));
            }
            samples.push_back({exact(labels), sample.value});
        }
        return samples;
    }

    const PromtoolTest& test_;
    const PromtoolFile& file_;
    series::ArchiveStore store_;
    alert::Surroundings around_;
    Input input_;
    std::vector<std::unique_ptr<Running>> rules_;
    Verdict verdict_;
};

} // namespace

Verdict run_promtool_test(const PromtoolTest& test, const PromtoolFile& file,
                          const alert::RuleSet& rules) {
    return Run(test, file, rules).run();
}

} // namespace keepwatch::cli::rule_test
