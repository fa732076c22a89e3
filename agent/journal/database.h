#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "model/result.h"

struct sqlite3;
struct sqlite3_stmt;

// The one wrapper around SQLite. Errors say what SQLite says. They are of ErrorKind::Unavailable if
// another process holds the database, InvalidInput if the file is damaged or none of SQLite's, else
// Storage.
namespace keepwatch::journal {

// A prepared statement. Texts and blobs that are bound must live until it is run; those that are
// read live until the next step.
class Statement {
public:
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

    Statement& bind(int place, std::int64_t number);
    Statement& bind_text(int place, std::string_view text);
    Statement& bind_blob(int place, std::string_view bytes);

    Result<bool> step(); // Whether there is a row.
    Result<void> run();  // To its end; then it can be bound anew.

    std::int64_t number(int column) const;
    std::string_view bytes(int column) const; // Of a text or a blob.

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
public:
    // Creates the file if it is missing, readable by its owner alone. `vfs` is the name of one that
    // was registered with SQLite; "" is the usual one.
    static Result<Database> open(const std::string& path, const std::string& vfs = "");

    Result<void> execute(const std::string& sql);
    Result<Statement> prepare(std::string_view sql);
    Result<std::int64_t> number(std::string_view sql); // Of the first row, 0 if there is none.
    Result<std::string> text(std::string_view sql);

    // The write-ahead log stays as it is when this is destroyed, and is not worked into the file.
    void leave_log();

private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    explicit Database(sqlite3* database) : database_(database) {}

    std::unique_ptr<sqlite3, Close> database_;
};

} // namespace keepwatch::journal
