#include "journal/quarantine.h"

#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

namespace keepwatch::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNew = ".new";
constexpr std::string_view kLog = "-wal";

Error failed(const std::string& path, std::string_view wanted, const std::error_code& why) {
    return {ErrorKind::Storage, fmt::format("{}: {}: {}", path, wanted, why.message())};
}

// A rename is durable once its folder is synced.
void sync_folder_of(const std::string& path) {
    const auto folder = fs::path(path).parent_path().string();
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return;
    ::fsync(file);
    ::close(file);
}

Result<void> rename(const std::string& from, const std::string& to) {
    std::error_code why;
    fs::rename(from, to, why);
    if (why) return failed(from, fmt::format("cannot be renamed to {}", to), why);
    return {};
}

std::string suffixed(const std::string& path, std::string_view suffix) {
    return fmt::format("{}{}", path, suffix);
}

std::string aside_name(const std::string& path, int number) {
    return fmt::format("{}.quarantined-{}", path, number);
}

int free_number(const std::string& path) {
    int number = 1;
    std::error_code ignored;
    while (number < kQuarantinedMax && fs::exists(aside_name(path, number), ignored)) ++number;
    return number;
}

int newest_number(const std::string& path) {
    int number = kQuarantinedMax;
    std::error_code ignored;
    while (number > 1 && !fs::exists(aside_name(path, number), ignored)) --number;
    return number;
}

} // namespace

Result<void> make_folder(const std::string& folder) {
    std::error_code why;
    if (!fs::create_directories(folder, why)) {
        if (why) return failed(folder, "cannot be created", why);
        return {};
    }
    fs::permissions(folder, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec,
                    why);
    return {};
}

Result<std::string> start_replacement(const std::string& path) {
    auto fresh = suffixed(path, kNew);
    std::error_code ignored;
    fs::remove(fresh, ignored);
    fs::remove(suffixed(fresh, kLog), ignored);
    return fresh;
}

Result<std::string> replace(const std::string& path) {
    const auto aside = aside_name(path, free_number(path));
    if (auto moved = rename(path, aside); !moved) return std::move(moved).error();
    if (auto finished = finish_replacement(path); !finished) return std::move(finished).error();
    return aside;
}

Result<void> finish_replacement(const std::string& path) {
    std::error_code ignored;
    const auto fresh = suffixed(path, kNew);
    if (fs::exists(path, ignored) || !fs::exists(fresh, ignored)) return {};
    // A log of another database must not be found beside the new one.
    if (const auto log = suffixed(path, kLog); fs::exists(log, ignored))
        if (auto moved = rename(log, suffixed(aside_name(path, newest_number(path)), kLog)); !moved)
            return moved;
    auto moved = rename(fresh, path);
    if (moved) sync_folder_of(path);
    return moved;
}

} // namespace keepwatch::journal
