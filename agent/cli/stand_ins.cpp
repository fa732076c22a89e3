#include "cli/stand_ins.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <set>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "recording/recording.h"

namespace keepwatch::cli {
namespace {

constexpr std::string_view kProcessUp = "keepwatch_process_up";

// Follows the recorded targets through their lives.
class Biographer {
public:
    void take(const Event& event) {
        if (first_.ms == 0) first_ = event.at;
        if (const auto* page = std::get_if<PageArrived>(&event.what)) {
            if (page->format == PageFormat::ZookeeperWords) return;
            serves_pages_.try_emplace(page->target, true);
            by_page(event.at, page->target, true);
        } else if (const auto* failure = std::get_if<ScrapeFailed>(&event.what)) {
            by_page(event.at, failure->target, false);
        } else if (const auto* learned = std::get_if<FactsLearned>(&event.what)) {
            for (const auto& fact : learned->facts)
                if (fact.name == kProcessUp) by_fact(event.at, learned->target, fact.value != 0);
        }
    }

    // A target that was alive when it was first heard of was so from the beginning.
    Lives lives() {
        for (auto& change : changes_)
            if (heard_of_.insert(change.target).second && change.alive) change.at = first_;
        const auto earlier = [](const LifeChange& a, const LifeChange& b) {
            return std::pair(a.at, a.target) < std::pair(b.at, b.target);
        };
        std::sort(changes_.begin(), changes_.end(), earlier);
        Lives lives;
        for (const auto& [target, serves] : serves_pages_) lives.targets.push_back(target);
        for (const auto& change : changes_)
            if (serves_pages_.contains(change.target)) lives.changes.push_back(change);
        return lives;
    }

private:
    void by_fact(Timestamp at, TargetId target, bool alive) {
        watched_[target] = true;
        note(at, target, alive);
    }
    void by_page(Timestamp at, TargetId target, bool alive) {
        if (!watched_[target]) note(at, target, alive);
    }
    void note(Timestamp at, TargetId target, bool alive) {
        const auto known = alive_.find(target);
        if (known != alive_.end() && known->second == alive) return;
        alive_[target] = alive;
        changes_.push_back({at, target, alive});
    }

    Timestamp first_;
    std::set<TargetId> heard_of_;
    std::map<TargetId, bool> serves_pages_;
    std::map<TargetId, bool> watched_;
    std::map<TargetId, bool> alive_;
    std::vector<LifeChange> changes_;
};

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool is_listening(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(port);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    const bool connected = ::connect(fd, generic, sizeof address) == 0;
    ::close(fd);
    return connected;
}

Result<std::uint16_t> free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const bool bound = ::bind(fd, generic, size) == 0 && ::getsockname(fd, generic, &size) == 0;
    const int why = errno;
    ::close(fd);
    if (!bound)
        return Error{ErrorKind::Unavailable,
                     fmt::format("free port: {}", std::generic_category().message(why))};
    return ntohs(address.sin_port);
}

} // namespace

Result<Lives> lives_in(const std::string& path) {
    KW_TRY(auto recording, recording::Recording::open(path));
    Biographer biographer;
    while (const auto event = recording.next()) biographer.take(*event);
    return biographer.lives();
}

StandIns::~StandIns() {
    for (const auto& one : all_) kill(one.id);
}

StandIns::StandIn* StandIns::find(TargetId id) {
    const auto at =
        std::find_if(all_.begin(), all_.end(), [id](const StandIn& one) { return one.id == id; });
    return at == all_.end() ? nullptr : &*at;
}

Result<std::uint16_t> StandIns::add(TargetId id, const std::string& name) {
    KW_TRY(const auto port, free_port());
    all_.push_back({id, name, port, 0});
    return port;
}

Result<void> StandIns::start(TargetId id, Timestamp now) {
    auto* one = find(id);
    if (one == nullptr || one->pid != 0) return {};
    std::vector<std::string> words{"keepwatch",
                                   "play",
                                   recording_,
                                   "--target",
                                   one->name,
                                   "--listen",
                                   fmt::format("127.0.0.1:{}", one->port),
                                   "--at",
                                   fmt::format("{}", now.ms),
                                   "--speedup",
                                   fmt::format("{}", speedup_)};
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const int refused =
        ::posix_spawn(&one->pid, "/proc/self/exe", nullptr, nullptr, argv.data(), environ);
    if (refused == 0) return {};
    one->pid = 0;
    return Error{ErrorKind::Unavailable, fmt::format("start a stand-in for {}: {}", one->name,
                                                     std::generic_category().message(refused))};
}

void StandIns::await_all() const {
    constexpr int tries_max = 500;
    constexpr int pause_ms = 10;
    int tries = 0;
    for (const auto& one : all_)
        while (one.pid != 0 && !is_listening(one.port) && ++tries < tries_max)
            ::poll(nullptr, 0, pause_ms);
}

void StandIns::kill(TargetId id) {
    auto* one = find(id);
    if (one == nullptr || one->pid == 0) return;
    ::kill(one->pid, SIGKILL);
    ::waitpid(one->pid, nullptr, 0);
    one->pid = 0;
}

} // namespace keepwatch::cli
