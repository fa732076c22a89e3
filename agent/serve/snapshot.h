#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alert/transition.h"
#include "exposition/families.h"
#include "model/labels.h"
#include "model/time.h"

namespace keepwatch::serve {

struct AlertView {
    Labels labels;
    Labels annotations;
    alert::State state = alert::State::Pending; // Pending or Firing.
    Timestamp active_at;
    std::optional<Timestamp> keep_firing_since;
    double value = 0;
};

enum class Health : std::uint8_t { Unknown, Ok, Err };

struct RuleView {
    bool recording = false;
    std::string name;
    std::string query; // As promql prints it.
    Duration hold;
    Duration keep_firing;
    Labels labels;      // As written: templates are not rendered.
    Labels annotations; // Likewise.
    std::vector<AlertView> alerts;
    Health health = Health::Unknown;
    std::string last_error; // "" unless health is Err.
    double evaluation_seconds = 0;
    std::optional<Timestamp> last_evaluation;
};

struct GroupView {
    std::string name;
    std::string file;
    Duration interval;
    std::size_t limit = 0;
    std::vector<RuleView> rules;
    double evaluation_seconds = 0;
    std::optional<Timestamp> last_evaluation;
};

struct TargetView {
    std::string job;
    std::string url;
    Labels labels;
    Duration interval;
    Duration timeout;
    std::optional<Timestamp> last_scrape; // Nothing before the first.
    Duration took;
    bool up = false;
    std::string last_error;                               // Why it is down, or what its page lacks.
    std::shared_ptr<const exposition::Families> families; // May be null.
};

// What the agent is at one moment.
struct Snapshot {
    std::vector<GroupView> groups;
    std::vector<TargetView> targets;
};

} // namespace keepwatch::serve
