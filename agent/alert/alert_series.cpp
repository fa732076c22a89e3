#include "alert/alert_series.h"

#include <cmath>

namespace keepwatch::alert {

void AlertSeries::append(const Alerts& alerts, std::vector<std::pair<Labels, double>>& into) {
    std::vector<Known> now;
    now.reserve(known_.size());
    auto before = known_.begin(); // Both are in the order of the labels.
    for (const auto& [labels, alert] : alerts) {
        if (alert.state == State::Inactive) continue;
        while (before != known_.end() && before->alert != labels && before->alert < labels)
            ++before;
        const bool same =
            before != known_.end() && before->alert == labels && before->state == alert.state;
        now.push_back(same ? std::move(*before++) : made_of(alert));
        // Whole seconds, rounded down, as Prometheus writes them.
        into.emplace_back(now.back().since, std::floor(alert.active_at.seconds()));
        into.emplace_back(now.back().status, 1);
    }
    known_ = std::move(now);
}

AlertSeries::Known AlertSeries::made_of(const Alert& alert) const {
    LabelsBuilder series;
    // In Prometheus a label whose template came to nothing shows the template here.
    if (manner_ == Group::Manner::Prometheus)
        for (const auto& label : rule_->labels) series.set(label.name, label.text);
    for (const auto& [name, value] : alert.labels) series.set(name, value);
    Known made{alert.labels, alert.state, series.set(kNameLabel, "ALERTS_FOR_STATE").build(), {}};
    series.set(kNameLabel, "ALERTS");
    series.set("alertstate", alert.state == State::Firing ? "firing" : "pending");
    made.status = series.build();
    return made;
}

} // namespace keepwatch::alert
