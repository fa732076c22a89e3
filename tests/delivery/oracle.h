#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "routing/desired.h"

namespace keepwatch::delivery {

// Judges what receivers were told against what agents decided. Knows nothing of how it is done:
//
// - unknown: what came was desired by an agent, with that state, and was safe on disk before,
// - order: of one incident nothing comes after what is newer, and no firing after its own end,
// - repeats: what came twice came again because its answer was lost, or once per crash and sink,
// - lost: in the end each receiver has the newest of each incident that was ever decided for good.
class Oracle {
public:
    // An agent desires it. `safe`: it may not be forgotten any more.
    void desired(const routing::Notification& notification, bool safe);

    // A receiver took the message with that Idempotency-Key. `answered`: and the agent heard so.
    void accepted(const std::string& sink, const std::string& message, bool answered);

    void crashed(); // And was started again.

    // The end: everything that was owed must have arrived. Complaints that were found meanwhile
    // come with it; none if all is well.
    std::vector<std::string> judge() const;

    std::size_t messages() const { return accepted_; }
    std::size_t repeats() const { return repeats_; }

private:
    struct Message {
        routing::Notification said;
        bool safe = false;
        bool may_repeat = false; // Its answer was lost.
        int taken_in = -1;       // In which life.
    };
    struct Known {
        std::uint64_t newest = 0;                        // That was accepted.
        std::uint64_t owed = 0;                          // That was safe.
        std::set<std::pair<Labels, std::int64_t>> ended; // Alerts whose end was told, by beginning.
    };
    using Incident = std::pair<std::string, std::string>; // Sink and key.

    void check_order(const Message& message, Known& known);
    void check_repeat(const std::string& sink, Message& message);
    void complain(std::string what);

    std::map<std::string, Message> messages_; // By sink and Idempotency-Key.
    std::map<Incident, Known> known_;
    // By sink and the life whose crash is to blame: that one in which it was taken first.
    std::map<std::pair<std::string, int>, int> repeats_by_crash_;
    std::vector<std::string> complaints_;
    std::size_t accepted_ = 0;
    std::size_t repeats_ = 0;
    int life_ = 0;
};

} // namespace keepwatch::delivery
