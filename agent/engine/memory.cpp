#include "engine/memory.h"

#include <algorithm>
#include <set>

namespace keepwatch::engine {
namespace {

NotificationKey key_of(const routing::Notification& notification) {
    return {notification.sink, notification.key};
}

} // namespace

void apply(const Changes& changes, Memory& memory) {
    std::set<AlertKey> alerts(changes.alerts_gone.begin(), changes.alerts_gone.end());
    for (const auto& changed : changes.alerts) alerts.insert(changed.key());
    std::set<NotificationKey> told(changes.notifications_gone.begin(),
                                   changes.notifications_gone.end());
    for (const auto& changed : changes.notifications) told.insert(key_of(changed));

    std::erase_if(memory.alerts, [&](const RememberedAlert& known) {
        return changes.everything || alerts.contains(known.key());
    });
    std::erase_if(memory.notifications, [&](const routing::Notification& known) {
        return changes.everything || told.contains(key_of(known));
    });
    memory.alerts.insert(memory.alerts.end(), changes.alerts.begin(), changes.alerts.end());
    memory.notifications.insert(memory.notifications.end(), changes.notifications.begin(),
                                changes.notifications.end());
    memory.at = changes.at;
    memory.revision = changes.revision;
}

void apply(Chunk chunk, Memory& memory) {
    std::erase_if(memory.chunks, [&](const Chunk& known) {
        return chunk.everything || known.at < chunk.needed_since;
    });
    memory.chunks.push_back(std::move(chunk));
}

} // namespace keepwatch::engine
