#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "alert/rule.h"
#include "alert/state_machine.h"

namespace keepwatch::alert {

// The series that Prometheus writes of each active alert: ALERTS and ALERTS_FOR_STATE. Their labels
// are made once, and again when the alert goes from pending to firing.
class AlertSeries {
public:
    AlertSeries(std::shared_ptr<const Rule> rule, Group::Manner manner)
        : rule_(std::move(rule)), manner_(manner) {}

    // With the values they have while the alerts are as they are, in their order.
    void append(const Alerts& alerts, std::vector<std::pair<Labels, double>>& into);

private:
    struct Known {
        Labels alert;
        State state = State::Inactive;
        Labels since;
        Labels status;
    };
    Known made_of(const Alert& alert) const;

    std::shared_ptr<const Rule> rule_;
    Group::Manner manner_;
    std::vector<Known> known_; // In the order of the alerts when they were last asked for.
};

} // namespace keepwatch::alert
