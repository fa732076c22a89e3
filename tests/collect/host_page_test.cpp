#include "collect/host_page.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "support/collecting.h"
#include "support/page_play.h"
#include "support/temp_dir.h"

using namespace keepwatch;
using testing::Collecting;

namespace {

constexpr std::pair<const char*, const char*> kProcFiles[] = {
    {"stat", "cpu  30 0 10 100 2 0 1 0 0 0\ncpu0 30 0 10 100 2 0 1 0 0 0\nintr 12345 1 2\n"
             "ctxt 777\nbtime 1700000000\nprocesses 42\nprocs_running 3\nprocs_blocked 0\n"},
    {"loadavg", "0.50 1.25 2.00 3/400 5678\n"},
    {"pressure/io", "some avg10=0.00 avg60=0.00 avg300=0.00 total=9916738\n"
                    "full avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n"},
    {"meminfo", "MemTotal:       24684084 kB\nMemAvailable:   20000000 kB\nActive(anon):  5 kB\n"},
    {"vmstat", "nr_free_pages 5\npgfault 4\noom_kill 6\n"},
    {"diskstats", "   8       0 sda 100 5 800 2000 50 6 1600 3000 2 4500 5000\n"},
    {"self/mounts", "/dev/sda1 /no/such\\040folder xfs rw 0 0\n"},
    {"self/net/dev", "Inter-| Receive | Transmit\n face |bytes packets\n"
                     "  eth9:1234 5 6 7 0 0 0 8 9 10 11 12 0 0 0 0\n"},
    {"self/net/snmp", "Tcp: CurrEstab InSegs\nTcp: 9 10\n"},
    {"self/net/netstat", "TcpExt: ListenDrops\nTcpExt: 5\n"},
    {"self/net/sockstat", "sockets: used 123\nTCP: inuse 5 orphan 0\n"},
    {"sys/net/netfilter/nf_conntrack_count", "17\n"},
    {"sys/net/netfilter/nf_conntrack_max", "65536\n"},
    {"sys/fs/file-nr", "1024\t0\t9223372036854775807\n"},
};

struct ProcFolder {
    testing::TempDir dir;
    ProcFolder() {
        namespace fs = std::filesystem;
        for (const auto& [name, text] : kProcFiles) {
            fs::create_directories(fs::path(dir.path(name)).parent_path());
            dir.write(name, text);
        }
    }
};

} // namespace

TEST_CASE_FIXTURE(ProcFolder, "collect::HostPage: every file of /proc is in a page without fault") {
    Collecting collecting(1);
    collecting.start(Collecting::target("proc:" + dir.path("")));
    REQUIRE(collecting.wait_for_scrapes(1));
    REQUIRE(collecting.scrapes[0].starts_with("text: "));
    exposition::PagePlay play;
    const auto read = "; " + play.read(collecting.scrapes[0].substr(6)) + ";";
    CHECK_MESSAGE(!play.report.refused, read);
    CHECK_MESSAGE(play.report.problems.empty(), read);
    for (const std::string sample :
         {"node_cpu_seconds_total{cpu=\"0\",mode=\"iowait\"} 0.02", "node_load5 1.25",
          "node_boot_time_seconds 1700000000", "node_pressure_io_stalled_seconds_total 0.5",
          "node_memory_Active_anon_bytes 5120", "node_vmstat_oom_kill 6",
          "node_disk_read_bytes_total{device=\"sda\"} 409600",
          "node_filesystem_device_error{device=\"/dev/sda1\",fstype=\"xfs\","
          "mountpoint=\"/no/such folder\"} 1",
          "node_network_receive_bytes_total{device=\"eth9\"} 1234", "node_netstat_Tcp_CurrEstab 9",
          "node_netstat_TcpExt_ListenDrops 5", "node_sockstat_TCP_inuse 5",
          "node_nf_conntrack_entries 17", "node_nf_conntrack_entries_limit 65536",
          "node_filefd_allocated 1024"})
        CHECK_MESSAGE(read.find("; " + sample + ";") != std::string::npos, sample, " in ", read);
}

TEST_CASE("collect::HostPage: the page of this very machine reads without a problem") {
    collect::HostPage host("/proc");
    exposition::PagePlay play;
    for (int i = 0; i < 2; ++i) { // In the same memory.
        const auto read = play.read(host.render(Timestamp{1'700'000'000'500}));
        CHECK_MESSAGE(!play.report.refused, read);
        CHECK_MESSAGE(play.report.problems.empty(), read);
        CHECK(read.find("node_time_seconds 1700000000.5;") != std::string::npos);
        CHECK(read.find("node_memory_MemTotal_bytes ") != std::string::npos);
        CHECK(read.find("node_uname_info{") != std::string::npos);
    }
}

TEST_CASE("collect::HostPage: where no file can be read there is still the time") {
    collect::HostPage host("/no/such/proc");
    const auto read = exposition::PagePlay().read(host.render(Timestamp{1'000}));
    CHECK(read.starts_with("node_time_seconds 1; "));
    CHECK(read.find("node_cpu_seconds_total") == std::string::npos);
    CHECK(read.find(" | ") == std::string::npos);
}
