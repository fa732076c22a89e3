#include "journal/rows.h"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "journal/encoding.h"
#include "journal/packed.h"
#include "model/bytes.h"
#include "model/fnv1a.h"

namespace keepwatch::journal {
namespace {

constexpr std::string_view kState = "state";
constexpr std::string_view kHabits = "habits";

// Samples beyond this are given up, the oldest first.
constexpr std::int64_t kChunkBytesMax = 64 << 20;

std::int64_t checksum(std::string_view key, std::string_view body) {
    return static_cast<std::int64_t>(fnv1a(body, fnv1a(key)));
}

// Rows are (key columns…, body, checksum); the checksum is of the last key column and the body.
using Take = std::function<bool(std::string_view key, const std::string& body)>;

struct Table {
    std::string_view name;
    std::string_view keys; // The columns, in the order of the primary key.
    int key_count;
};

class TableReader {
public:
    TableReader(Database& database, Loaded& loaded) : database_(database), loaded_(loaded) {}

    void read(const Table& table, const Take& take) {
        seen_.clear();
        const auto forwards = read(table, "", take);
        if (forwards) return;
        loaded_.problems.push_back(fmt::format("{}: {}", table.name, forwards.error().message));
        (void)read(table, "DESC", take); // Stops at the same place.
    }

private:
    Result<void> read(const Table& table, std::string_view direction, const Take& take) {
        std::string order;
        for (const char c : table.keys)
            order += c == ',' ? fmt::format(" {},", direction) : std::string(1, c);
        const auto sql = fmt::format("SELECT {0}, body, checksum FROM {1} ORDER BY {2} {3}",
                                     table.keys, table.name, order, direction);
        KW_TRY(auto rows, database_.prepare(sql));
        for (;;) {
            KW_TRY(const bool row, rows.step());
            if (!row) return {};
            take_row(table, rows, take);
        }
    }

    void take_row(const Table& table, const Statement& row, const Take& take) {
        const auto key = row.bytes(table.key_count - 1);
        const auto body = row.bytes(table.key_count);
        std::string name;
        for (int i = 0; i < table.key_count; ++i) name += fmt::format("{}\n", row.bytes(i));
        if (!seen_.insert(std::move(name)).second) return;
        ++loaded_.rows;
        if (row.number(table.key_count + 1) == checksum(key, body)) {
            const auto unpacked = unpack(body);
            if (unpacked && take(key, *unpacked)) return;
        }
        ++loaded_.rows_lost;
    }

    Database& database_;
    Loaded& loaded_;
    std::set<std::string> seen_; // Of this table, by key.
};

template <class T> bool put(Result<T> decoded, std::vector<T>& into) {
    if (!decoded) return false;
    into.push_back(*std::move(decoded));
    return true;
}

bool take_meta(std::string_view name, const std::string& body, engine::Memory& memory) {
    if (name == kHabits) {
        auto habits = decode_habits(body);
        if (!habits) return false;
        memory.habits = *std::move(habits);
        return true;
    }
    if (name != kState) return false;
    Reader in(body);
    memory.at.ms = in.signed_number();
    memory.revision = in.number();
    return !in.broken();
}

// What is left may be newer than the row that says so.
void make_consistent(engine::Memory& memory) {
    for (const auto& told : memory.notifications) {
        memory.revision = std::max(memory.revision, told.revision);
        memory.at = std::max(memory.at, told.changed_at);
    }
    for (const auto& known : memory.alerts)
        memory.at = std::max({memory.at, known.alert.active_at, known.alert.fired_at,
                              known.alert.resolved_at, known.alert.keep_firing_since});
    for (const auto& chunk : memory.chunks) memory.at = std::max(memory.at, chunk.at);
}

Result<void> write_meta(Database& database, std::string_view name, std::string_view bytes) {
    const auto body = pack(bytes);
    KW_TRY(auto put, database.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)"));
    return put.bind_text(1, name).bind_blob(2, body).bind(3, checksum(name, body)).run();
}

Result<void> write_alerts(Database& database, const engine::Changes& changes) {
    KW_TRY(auto put, database.prepare("INSERT OR REPLACE INTO alert VALUES (?, ?, ?, ?)"));
    KW_TRY(auto drop, database.prepare("DELETE FROM alert WHERE rule = ? AND labels = ?"));
    for (const auto& gone : changes.alerts_gone) {
        const auto labels = encode(gone.labels);
        if (auto done = drop.bind_text(1, gone.rule).bind_blob(2, labels).run(); !done) return done;
    }
    for (const auto& alert : changes.alerts) {
        const auto labels = encode(alert.alert.labels);
        const auto body = pack(encode(alert));
        put.bind_text(1, alert.rule).bind_blob(2, labels).bind_blob(3, body);
        if (auto done = put.bind(4, checksum(labels, body)).run(); !done) return done;
    }
    return {};
}

Result<void> write_notifications(Database& database, const engine::Changes& changes) {
    KW_TRY(auto put,
           database.prepare("INSERT OR REPLACE INTO notification VALUES (?, ?, ?, ?, ?, ?)"));
    KW_TRY(auto drop, database.prepare("DELETE FROM notification WHERE sink = ? AND key = ?"));
    for (const auto& gone : changes.notifications_gone)
        if (auto done = drop.bind_text(1, gone.sink).bind_text(2, gone.key).run(); !done)
            return done;
    for (const auto& told : changes.notifications) {
        const auto body = pack(encode(told));
        put.bind_text(1, told.sink).bind_text(2, told.key);
        put.bind(3, static_cast<std::int64_t>(told.revision));
        put.bind(4, static_cast<std::int64_t>(told.settled));
        if (auto done = put.bind_blob(5, body).bind(6, checksum(told.key, body)).run(); !done)
            return done;
    }
    return {};
}

} // namespace

Loaded load_rows(Database& database) {
    Loaded loaded;
    auto& memory = loaded.memory;
    TableReader tables(database, loaded);
    tables.read({"meta", "name", 1}, [&](std::string_view key, const std::string& body) {
        return take_meta(key, body, memory);
    });
    tables.read({"alert", "rule,labels", 2}, [&](std::string_view, const std::string& body) {
        return put(decode_alert(body), memory.alerts);
    });
    tables.read({"notification", "sink,key", 2}, [&](std::string_view, const std::string& body) {
        return put(decode_notification(body), memory.notifications);
    });
    tables.read({"chunk", "id", 1}, [&](std::string_view, const std::string& body) {
        return put(decode_chunk(body), memory.chunks);
    });
    std::stable_sort(memory.chunks.begin(), memory.chunks.end(),
                     [](const engine::Chunk& a, const engine::Chunk& b) { return a.at < b.at; });
    make_consistent(memory);
    return loaded;
}

Result<void> write_rows(Database& database, const engine::Changes& changes) {
    if (changes.everything) {
        auto done = database.execute("DELETE FROM alert; DELETE FROM notification;");
        if (!done) return done;
    }
    if (auto done = write_alerts(database, changes); !done) return done;
    if (auto done = write_notifications(database, changes); !done) return done;
    Writer state;
    state.signed_number(changes.at.ms);
    state.number(changes.revision);
    return write_meta(database, kState, state.take());
}

Result<void> write_rows(Database& database, const engine::Chunk& chunk) {
    KW_TRY(auto drop, database.prepare("DELETE FROM chunk WHERE ? OR at < ?"));
    if (auto done = drop.bind(1, chunk.everything ? 1 : 0).bind(2, chunk.needed_since.ms).run();
        !done)
        return done;
    KW_TRY(const auto newest, database.number("SELECT max(id) FROM chunk"));
    const auto id = newest + 1;
    const auto body = pack(encode(chunk));
    KW_TRY(auto put, database.prepare("INSERT INTO chunk VALUES (?, ?, ?, ?)"));
    put.bind(1, id).bind(2, chunk.at.ms).bind_blob(3, body);
    if (auto done = put.bind(4, checksum(std::to_string(id), body)).run(); !done) return done;
    for (;;) {
        KW_TRY(const auto bytes, database.number("SELECT sum(length(body)) FROM chunk"));
        if (bytes <= kChunkBytesMax) return {};
        if (auto done =
                database.execute("DELETE FROM chunk WHERE id = (SELECT min(id) FROM chunk)");
            !done)
            return done;
    }
}

Result<void> write_rows(Database& database, const engine::Habits& habits) {
    return write_meta(database, kHabits, encode(habits));
}

} // namespace keepwatch::journal
