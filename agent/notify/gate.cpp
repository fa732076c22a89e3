#include "notify/gate.h"

#include <algorithm>

namespace keepwatch::notify {

Rate usual_rate(config::SinkKind kind) {
    switch (kind) {
    case config::SinkKind::Pagerduty:
        return {120, 10};
    case config::SinkKind::Slack:
        return {60, 1};
    default:
        return {};
    }
}

Gate::Gate(Rate rate) {
    if (rate.per_minute == 0) return;
    spacing_ = milliseconds(minutes(1).ms / rate.per_minute);
    slack_ = spacing_ * (rate.burst - 1);
}

Timestamp Gate::opens_at() const {
    return std::max(next_ - slack_, held_until_);
}

void Gate::pass(Timestamp now) {
    next_ = std::max(next_, now) + spacing_;
}

void Gate::hold(Timestamp until) {
    held_until_ = std::max(held_until_, until);
}

} // namespace keepwatch::notify
