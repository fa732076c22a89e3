#include "journal/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace keepwatch::journal {
namespace {

constexpr int kBusyMilliseconds = 3000; // An agent that is being stopped needs a moment.

Error error_of(sqlite3* database, int code) {
    auto kind = ErrorKind::Storage;
    const int primary = code & 0xff;
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) kind = ErrorKind::Unavailable;
    if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB) kind = ErrorKind::InvalidInput;
    const auto* text = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
    return {kind, fmt::format("SQLite: {} (code {})", text, code)};
}

int size_of(std::string_view bytes) {
    return static_cast<int>(bytes.size()); // Bounded far below by kUnpackedBytesMax.
}

} // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Statement& Statement::bind(int place, std::int64_t number) {
    sqlite3_bind_int64(statement_.get(), place, number);
    return *this;
}

Statement& Statement::bind_text(int place, std::string_view text) {
    sqlite3_bind_text(statement_.get(), place, text.data(), size_of(text), SQLITE_STATIC);
    return *this;
}

Statement& Statement::bind_blob(int place, std::string_view bytes) {
    sqlite3_bind_blob(statement_.get(), place, bytes.data(), size_of(bytes), SQLITE_STATIC);
    return *this;
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return error_of(sqlite3_db_handle(statement_.get()), code);
}

Result<void> Statement::run() {
    for (;;) {
        const auto row = step();
        if (row && *row) continue;
        sqlite3_reset(statement_.get());
        if (!row) return row.error();
        return {};
    }
}

std::int64_t Statement::number(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::bytes(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    const auto size = sqlite3_column_bytes(statement_.get(), column);
    return bytes == nullptr ? std::string_view()
                            : std::string_view(bytes, static_cast<std::size_t>(size));
}

void Database::Close::operator()(sqlite3* database) const {
    sqlite3_close(database);
}

Result<Database> Database::open(const std::string& path, const std::string& vfs) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(
        path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
        vfs.empty() ? nullptr : vfs.c_str());
    Database database(opened); // Even if it failed, it must be closed.
    if (code != SQLITE_OK) return error_of(opened, code);
    sqlite3_extended_result_codes(opened, 1);
    sqlite3_busy_timeout(opened, kBusyMilliseconds);
    return database;
}

Result<void> Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return error_of(database_.get(), code);
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v2(database_.get(), sql.data(), size_of(sql), &statement, nullptr);
    if (code != SQLITE_OK) return error_of(database_.get(), code);
    return Statement(statement);
}

Result<std::int64_t> Database::number(std::string_view sql) {
    KW_TRY(auto statement, prepare(sql));
    KW_TRY(const auto row, statement.step());
    return row ? statement.number(0) : 0;
}

void Database::leave_log() {
    sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Result<std::string> Database::text(std::string_view sql) {
    KW_TRY(auto statement, prepare(sql));
    KW_TRY(const auto row, statement.step());
    return row ? std::string(statement.bytes(0)) : std::string();
}

} // namespace keepwatch::journal
