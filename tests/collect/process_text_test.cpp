#include "collect/process_text.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace keepwatch;

namespace {

constexpr std::string_view kTitles = "  sl  local_address rem_address   st tx_queue rx_queue tr "
                                     "tm->when retrnsmt   uid  timeout inode\n";

std::string socket_line(const std::string& local, const std::string& state,
                        const std::string& inode) {
    return "   0: " + local + " 00000000:0000 " + state +
           " 00000000:00000000 00:00000000 00000000  1000        0 " + inode +
           " 1 0000000000000000 100 0 0 10 0\n";
}

using Inodes = std::vector<std::uint64_t>;

} // namespace

TEST_CASE("collect::listening_inodes: whoever listens on the port, on any address") {
    const auto table = std::string(kTitles) + socket_line("0100007F:1B9F", "0A", "11") +
                       socket_line("00000000:0016", "0A", "12") +
                       socket_line("0000000000000000FFFF00000100007F:1B9F", "0A", "13") +
                       socket_line("0100007F:1B9F", "01", "14") +
                       socket_line("0100007F:1B9F", "0A", "15");
    CHECK(collect::listening_inodes(table, 7071) == Inodes{11, 13});
    CHECK(collect::listening_inodes(table, 22) == Inodes{12});
    CHECK(collect::listening_inodes(table, 23).empty());
    CHECK(collect::listening_inodes(table.substr(0, table.find("11") + 1), 7071) == Inodes{1});
    for (const std::string text : {"", "x", "\n\n", "titles\n0: 1:2 3 0A\n"})
        CHECK(collect::listening_inodes(text, 7071).empty());
}

TEST_CASE("collect::socket_inode: of links to sockets") {
    CHECK(collect::socket_inode("socket:[4711]") == 4711);
    for (const std::string text : {"", "socket:[", "socket:[]", "socket:[x]", "socket:[1",
                                   "socket:[-1]", "pipe:[1]", "/dev/null"})
        CHECK_FALSE(collect::socket_inode(text));
}

TEST_CASE("collect::parse_process_stat: whatever the process calls itself") {
    const std::string rest = " S 1 2 3 0 -1 4194560 10 0 0 0 250 50 0 0 20 0 77 0 123456 "
                             "4711000 999 18446744073709551615 1 1 0\n";
    for (const std::string name : {"java", "a b", "a) S 9 (b", "((", ")"}) {
        const auto stat = collect::parse_process_stat("42 (" + name + ")" + rest);
        REQUIRE_MESSAGE(stat, name);
        CHECK(stat->is_running());
        CHECK(stat->cpu_ticks == 300);
        CHECK(stat->threads == 77);
        CHECK(stat->start_ticks == 123456);
        CHECK(stat->resident_pages == 999);
    }
    auto dead = rest;
    dead[1] = 'Z';
    CHECK_FALSE(collect::parse_process_stat("42 (java)" + dead)->is_running());
    for (const std::string text : {"", "42 (java", "42 (java) S 1 2", "42 (java)"})
        CHECK_FALSE(collect::parse_process_stat(text));
}

TEST_CASE("collect::parse_open_files_max: the soft limit") {
    const std::string titles = "Limit                     Soft Limit           Hard Limit  Units\n";
    const auto f = [&](const std::string& line) {
        return collect::parse_open_files_max(titles + line).value_or(-1);
    };
    CHECK(f("Max open files            1024                 1048576              files\n") == 1024);
    CHECK(std::isinf(f("Max open files            unlimited            unlimited  files")));
    CHECK(f("Max open files") == -1);
    CHECK(f("Max open files            x") == -1);
    CHECK(f("") == -1);
}

TEST_CASE("collect::parse_command_line: as one would type it") {
    CHECK(collect::parse_command_line(std::string("java\0-Xmx1g\0kafka.Kafka\0", 24)) ==
          "java -Xmx1g kafka.Kafka");
    CHECK(collect::parse_command_line("").empty());
}
