#include <algorithm>

#include <fmt/format.h>

#include "engine/rule_runner.h"

// The half of RuleRunner that goes on after a restart where it was before.
namespace keepwatch::engine {

using alert::State;
using alert::Transition;

// As Prometheus tells rules apart when it reloads them: by name and labels, and those alike by
// their order. Neither the file nor the expression matters, so a rule that was moved or mended goes
// on with the alerts it had.
std::string RuleRunner::unique_id(const alert::Rule& rule) {
    LabelsBuilder labels;
    for (const auto& label : rule.labels) labels.set(label.name, label.text);
    auto id = rule.name + labels.build().to_string();
    const auto number = ++same_[id];
    if (number > 1) id += fmt::format("#{}", number);
    return id;
}

void RuleRunner::restore(const Memory& memory) {
    around_.resumed = true;
    std::map<std::string_view, Reader> readers;
    for (Reader reader = 0; reader < rules_.size(); ++reader)
        readers.emplace(rules_[reader]->id, reader);
    for (const auto& known : memory.alerts) {
        if (const auto found = readers.find(known.rule); found != readers.end()) {
            auto& entry = *rules_[found->second];
            entry.unconfirmed = true;
            entry.rule.restore(known.alert);
            continue;
        }
        auto rule = std::make_unique<alert::Rule>();
        rule->name = known.name;
        rule->scope = known.scope;
        orphans_.emplace_back(std::move(rule), known.alert);
    }
    for (const auto& read : memory.habits.reads) {
        const auto reader = readers.find(read.rule);
        if (reader == readers.end()) continue;
        for (TargetId target = 0; target <= nobody(); ++target)
            if (name_of(target) == read.target)
                readership_->restore(reader->second, target, read.origins);
    }
}

void RuleRunner::note_output(series::SourceId source, const Labels& labels) {
    const auto entry = std::find_if(rules_.begin(), rules_.end(),
                                    [&](const auto& one) { return one->outputs == source; });
    if (entry != rules_.end()) note_readers(**entry, labels);
}

RuleSteps RuleRunner::settle_orphans(Timestamp at, Timestamp remembered) {
    RuleSteps steps;
    resumed_at_ = at;
    remembered_until_ = remembered;
    for (auto& [rule, alert] : orphans_) {
        if (alert.state == State::Inactive) continue;
        const bool fired = alert.state == State::Firing;
        if (fired) {
            alert.state = State::Inactive;
            alert.resolved_at = at;
        }
        const auto to = fired ? Transition::To::Resolved : Transition::To::Dropped;
        steps.push_back({{at, to, rule->name, alert, "its rule is gone"}, rule.get()});
    }
    if (at - remembered <= kOutageTolerance) return steps;
    const auto reason = fmt::format("nobody looked for {}", format_duration(at - remembered));
    for (auto& entry : rules_)
        for (auto& alert : entry->rule.forget_pending())
            steps.push_back(
                {{at, Transition::To::Dropped, entry->rule.rule().name, std::move(alert), reason},
                 &entry->rule.rule()});
    return steps;
}

RuleSteps RuleRunner::confirmed() {
    RuleSteps steps;
    if (!around_.resumed) return steps;
    for (auto& entry : rules_) {
        const auto& rule = entry->rule;
        if (!entry->unconfirmed || rule.last_evaluation().ms == 0 || rule.last_error()) continue;
        entry->unconfirmed = false;
        for (const auto& [labels, alert] : rule.alerts()) {
            if (alert.state != State::Firing) continue;
            entry->unconfirmed |= alert.held;
            if (alert.held) continue;
            steps.push_back({{rule.last_evaluation(), Transition::To::Firing, rule.rule().name,
                              alert, "fires still"},
                             &rule.rule()});
        }
    }
    return steps;
}

bool RuleRunner::waits_for_targets(Reader reader) const {
    if (newest_ - resumed_at_ > kPatience) return false;
    for (TargetId target = 0; target < targets_.size(); ++target) {
        const bool asked_for = readership_->reads(reader, target, Origin::Page) ||
                               readership_->reads(reader, target, Origin::Synthetic);
        if (asked_for && !target_of_(target).scraped) return true;
    }
    return false;
}

std::vector<Habits::Read> RuleRunner::reads() const {
    std::vector<Habits::Read> reads;
    for (Reader reader = 0; reader < rules_.size(); ++reader)
        for (TargetId target = 0; target <= nobody(); ++target)
            if (const auto origins = readership_->origins(reader, target); origins != 0)
                reads.push_back({rules_[reader]->id, name_of(target), origins});
    return reads;
}

} // namespace keepwatch::engine
