#include "collect/process_finder.h"

#include <doctest/doctest.h>

#include <filesystem>

#include <fmt/format.h>

#include "support/run_coroutine.h"
#include "support/temp_dir.h"

using namespace keepwatch;
using By = config::ProcessWatch::By;

namespace {

// A /proc with two processes that listen, and a shell that started one of them.
struct Proc {
    testing::TempDir dir;
    boost::asio::io_context io{1};

    Proc() {
        const std::string titles = "  sl  local_address rem_address   st tx rx tr tm retr inode\n";
        write("self/net/tcp", titles + listener("0100007F:1B9F", 4711));
        write("self/net/tcp6", titles + listener("00000000000000000000000001000000:0885", 4712));
        process(41, "sh -c kafka.Kafka", 10, "pipe:[4711]");
        process(42, "java kafka.Kafka server.properties", 9000, "socket:[4711]");
        process(43, "java QuorumPeerMain", 500, "socket:[4712]");
        process(44, "java kafka.Kafka other.properties", 99999, "socket:[1]", 'Z');
    }
    static std::string listener(const std::string& address, int inode) {
        return fmt::format("   0: {} 00000000:0000 0A 0:0 0:0 0 0 0 {} 1\n", address, inode);
    }
    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories(std::filesystem::path(dir.path(name)).parent_path());
        dir.write(name, text);
    }
    void process(int id, std::string command, int pages, const std::string& descriptor,
                 char state = 'S') const {
        for (char& c : command)
            if (c == ' ') c = '\0';
        write(fmt::format("{}/cmdline", id), command + '\0');
        write(fmt::format("{}/stat", id),
              fmt::format("{} (x) {} 1 2 3 0 -1 0 0 0 0 0 5 5 0 0 20 0 7 0 100 1000 {} 0\n", id,
                          state, pages));
        const auto folder = dir.path(fmt::format("{}/fd", id));
        std::filesystem::create_directories(folder);
        std::filesystem::create_symlink("/dev/null", folder + "/0");
        std::filesystem::create_symlink(descriptor, folder + "/5");
    }
    int find(const config::ProcessWatch& watch, std::uint16_t port = 0) {
        collect::ProcessFinder finder(dir.path(""), watch, port, "");
        return testing::run_coroutine(io, finder.find()).value_or(-1);
    }
};

} // namespace

TEST_CASE_FIXTURE(Proc, "collect::ProcessFinder: who has the socket that listens on the port") {
    CHECK(find({By::Listener, ""}, 0x1b9f) == 42);
    CHECK(find({By::Listener, ""}, 0x0885) == 43);
    CHECK(find({By::Listener, ""}, 80) == -1);
}

TEST_CASE_FIXTURE(Proc, "collect::ProcessFinder: the largest that matches and runs") {
    CHECK(find({By::Match, "kafka.Kafka"}) == 42);
    CHECK(find({By::Match, "java kafka.Kafka server.properties"}) == 42);
    CHECK(find({By::Match, "sh -c"}) == 41);
    CHECK(find({By::Match, "nobody"}) == -1);
}

TEST_CASE_FIXTURE(Proc, "collect::ProcessFinder: whom a pidfile names, if that runs") {
    const auto f = [&](const std::string& text) {
        return find({By::Pidfile, dir.write("pidfile", text)});
    };
    CHECK(f("43\n") == 43);
    CHECK(f(" 43") == 43);
    for (const std::string text : {"", "44", "45", "-43", "0", "x", "43x", "99999999999999"})
        CHECK_MESSAGE(f(text) == -1, text);
    CHECK(find({By::Pidfile, dir.path("no such file")}) == -1);
    CHECK(find({By::None, ""}) == -1);
}

TEST_CASE("collect::ProcessFinder: says what it looks for") {
    const auto f = [](By by, const std::string& text) {
        return collect::ProcessFinder("/proc", {by, text}, 7071, "").sought();
    };
    CHECK(f(By::Listener, "") == "process that listens on port 7071");
    CHECK(f(By::Pidfile, "/run/kafka.pid") == "running process named by /run/kafka.pid");
    CHECK(f(By::Match, "kafka \"1\"") == "process with \"kafka \\\"1\\\"\" in its command line");
}
