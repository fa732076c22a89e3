#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <sqlite3.h>

namespace keepwatch::testing {

// A file system for SQLite that lives in memory and fails as disks do: what was written but not
// synced is lost when the power goes. One at a time, because SQLite knows it by its name.
class FrailDisk {
public:
    static constexpr const char* kName = "frail";

    FrailDisk() {
        static sqlite3_vfs vfs = made();
        disk() = this;
        sqlite3_vfs_register(&vfs, 0);
    }
    ~FrailDisk() { disk() = nullptr; }
    FrailDisk(const FrailDisk&) = delete;

    // Every write, sync, truncation and removal is a step. After so many the power is gone.
    void cut_power_after(long steps) {
        const std::lock_guard lock(mutex_);
        left_ = steps;
    }
    long steps() const {
        const std::lock_guard lock(mutex_);
        return steps_;
    }
    bool has_power() const {
        const std::lock_guard lock(mutex_);
        return left_ != 0;
    }
    // For what else the machine does, such as sending: whether there was power for it.
    bool step_elsewhere() { return step() == SQLITE_OK; }

    // The power is back: only what was synced is there, and of the unsynced writes to each file
    // the first `torn` ones, because a disk may have got to some of them.
    void restart(std::size_t torn = 0) {
        const std::lock_guard lock(mutex_);
        for (auto& [name, file] : files_) {
            for (std::size_t i = 0; i < file->unsynced.size() && i < torn; ++i)
                file->unsynced[i].apply(file->durable);
            file->content = file->durable;
            file->unsynced.clear();
        }
        left_ = -1;
    }

    void fail_with(int code) { // Every step; SQLITE_OK ends it.
        const std::lock_guard lock(mutex_);
        error_ = code;
    }
    void fill_up_after(long writes) {
        const std::lock_guard lock(mutex_);
        room_ = writes;
    }
    void make_room() { fill_up_after(-1); }

private:
    struct Write {
        bool truncates = false;
        std::size_t at = 0;
        std::string bytes;
        void apply(std::string& content) const {
            if (truncates) return content.resize(at);
            if (content.size() < at + bytes.size()) content.resize(at + bytes.size());
            content.replace(at, bytes.size(), bytes);
        }
    };
    struct Content {
        std::string content;
        std::string durable;
        std::vector<Write> unsynced;
    };
    struct Opened {
        sqlite3_file base;
        Content* content;
    };

    static FrailDisk*& disk() {
        static FrailDisk* one = nullptr;
        return one;
    }
    static Content& content_of(sqlite3_file* file) {
        return *reinterpret_cast<Opened*>(file)->content;
    }

    int step() {
        const std::lock_guard lock(mutex_);
        if (error_ != SQLITE_OK) return error_;
        if (left_ == 0) return SQLITE_IOERR;
        if (left_ > 0) --left_;
        ++steps_;
        return SQLITE_OK;
    }
    bool has_room() {
        const std::lock_guard lock(mutex_);
        if (room_ == 0) return false;
        if (room_ > 0) --room_;
        return true;
    }
    int change(Content& file, const Write& write) {
        if (!has_room()) return SQLITE_FULL;
        if (const int failed = step(); failed != SQLITE_OK) return failed;
        write.apply(file.content);
        file.unsynced.push_back(write);
        return SQLITE_OK;
    }

    static int read(sqlite3_file* file, void* into, int count, sqlite3_int64 at) {
        const auto& bytes = content_of(file).content;
        const auto size = static_cast<std::size_t>(count);
        const auto from = static_cast<std::size_t>(at);
        std::memset(into, 0, size);
        if (from >= bytes.size()) return SQLITE_IOERR_SHORT_READ;
        const auto there = std::min(size, bytes.size() - from);
        std::memcpy(into, bytes.data() + from, there);
        return there == size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
    }
    static int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 at) {
        const std::string bytes(static_cast<const char*>(from), static_cast<std::size_t>(count));
        return disk()->change(content_of(file), {false, static_cast<std::size_t>(at), bytes});
    }
    static int truncate(sqlite3_file* file, sqlite3_int64 size) {
        return disk()->change(content_of(file), {true, static_cast<std::size_t>(size), ""});
    }
    static int sync(sqlite3_file* file, int) {
        if (const int failed = disk()->step(); failed != SQLITE_OK) return failed;
        auto& content = content_of(file);
        content.durable = content.content;
        content.unsynced.clear();
        return SQLITE_OK;
    }
    static int size(sqlite3_file* file, sqlite3_int64* size) {
        *size = static_cast<sqlite3_int64>(content_of(file).content.size());
        return SQLITE_OK;
    }
    static int nothing(sqlite3_file*) { return SQLITE_OK; }
    static int lock(sqlite3_file*, int) { return SQLITE_OK; }
    static int is_reserved(sqlite3_file*, int* held) {
        *held = 0;
        return SQLITE_OK;
    }
    static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
    static int sector_size(sqlite3_file*) { return 512; }

    static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
        static const sqlite3_io_methods methods = {
            1,       nothing, read,        write,   truncate,    sync,    size,
            lock,    lock,    is_reserved, control, sector_size, nothing, nullptr,
            nullptr, nullptr, nullptr,     nullptr, nullptr};
        auto& content = disk()->files_[name == nullptr ? "temporary" : name];
        if (!content) content = std::make_unique<Content>();
        auto* const opened = reinterpret_cast<Opened*>(file);
        opened->base.pMethods = &methods;
        opened->content = content.get();
        if (out != nullptr) *out = flags;
        return SQLITE_OK;
    }
    static int remove(sqlite3_vfs*, const char* name, int) {
        if (const int failed = disk()->step(); failed != SQLITE_OK) return failed;
        disk()->files_.erase(name);
        return SQLITE_OK;
    }
    static int access(sqlite3_vfs*, const char* name, int, int* there) {
        const auto found = disk()->files_.find(name);
        *there = found != disk()->files_.end() && !found->second->content.empty() ? 1 : 0;
        return SQLITE_OK;
    }
    static int full_path(sqlite3_vfs*, const char* name, int size, char* into) {
        sqlite3_snprintf(size, into, "%s", name);
        return SQLITE_OK;
    }

    static sqlite3_vfs made() {
        sqlite3_vfs vfs = *sqlite3_vfs_find(nullptr); // Time and randomness.
        vfs.iVersion = 1;
        vfs.szOsFile = sizeof(Opened);
        vfs.zName = kName;
        vfs.xOpen = open;
        vfs.xDelete = remove;
        vfs.xAccess = access;
        vfs.xFullPathname = full_path;
        return vfs;
    }

    std::map<std::string, std::unique_ptr<Content>> files_;
    mutable std::mutex mutex_; // Guards what is below; the files belong to whoever has them open.
    long left_ = -1;           // Steps until the power goes; -1: it stays.
    long room_ = -1;           // Writes until the disk is full; -1: never.
    long steps_ = 0;
    int error_ = SQLITE_OK;
};

} // namespace keepwatch::testing
