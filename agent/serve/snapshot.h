#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alert/transition.h"
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

// What the serve thread may know of the rest of the agent, at one moment. Never changed after it
// was published.
struct Snapshot {
    std::string not_ready = "starting"; // The reason; "" when it is ready.
    std::vector<GroupView> groups;
};

// Where the io thread leaves the newest snapshot and the serve thread finds it. What a reader holds
// stays as it is.
class Board {
public:
    void publish(std::shared_ptr<const Snapshot> snapshot) { // Never null.
        const std::lock_guard lock(mutex_);
        newest_ = std::move(snapshot);
    }
    std::shared_ptr<const Snapshot> newest() const {
        const std::lock_guard lock(mutex_);
        return newest_;
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Snapshot> newest_ = std::make_shared<Snapshot>();
};

} // namespace keepwatch::serve
