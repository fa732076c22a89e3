#include "collect/host_parts.h"

#include <doctest/doctest.h>

#include <random>

#include <fmt/format.h>

#include "collect/words.h"

using namespace keepwatch;
using collect::PageWriter;

namespace {

// The samples of the page, without HELP and TYPE.
std::string samples(const PageWriter& writer) {
    std::string found;
    auto page = writer.page();
    while (!page.empty()) {
        const auto line = collect::take_line(page);
        if (!line.starts_with('#')) found += std::string(line) + "\n";
    }
    return found;
}

template <class Write, class... Args> std::string written(Write write, Args... args) {
    PageWriter page;
    write(args..., page);
    return samples(page);
}

using View = std::string_view;

constexpr View kStat = "cpu  30 0 10 100 2 0 1 0 0 0\n"
                       "cpu0 10 0 4 50 1 0 1 0 0 0\n"
                       "cpu1 20 0 6 50 1\n"
                       "intr 12345 1 2 3\n"
                       "ctxt 777\n"
                       "btime 1700000000\n"
                       "processes 42\n"
                       "procs_running 3\n"
                       "procs_blocked 0\n"
                       "softirq 9 1\n";

constexpr View kDiskstats =
    "   8       0 sda 100 5 800 2000 50 6 1600 3000 2 4500 5000 7 0 0 250 9 1500\n"
    "   8       1 sda1 1 1 1 1 1 1 1 1 1 1 1\n"
    " 259       0 nvme0n1 1 2 3 4 5 6 7 8 9 10 11\n"
    " 259       1 nvme0n1p1 1 2 3 4 5 6 7 8 9 10 11\n"
    "   7       0 loop0 1 2 3 4 5 6 7 8 9 10 11\n"
    " 253       0 dm-0 1 2 3 4 5 6 7 8 9 10 11\n"
    " 253       0 vdb 1 2 3\n";

constexpr View kNetDev =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop "
    "fifo colls carrier compressed\n"
    "    lo: 100 2 0 0 0 0 0 0 100 2 0 0 0 0 0 0\n"
    "  eth0:1234 5 6 7 0 0 0 8 9 10 11 12 0 0 0 0\n"
    "broken: 1 2\n";

} // namespace

TEST_CASE("collect::write_stat: processors by mode, and what the machine did since it started") {
    CHECK(written(collect::write_stat, kStat, 100.0) ==
          "node_cpu_seconds_total{cpu=\"0\",mode=\"user\"} 0.1\n"
          "node_cpu_seconds_total{cpu=\"0\",mode=\"nice\"} 0\n"
          "node_cpu_seconds_total{cpu=\"0\",mode=\"system\"} 0.04\n"
          "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 0.5\n"
          "node_cpu_seconds_total{cpu=\"0\",mode=\"iowait\"} 0.01\n"
          "node_cpu_seconds_total{cpu=\"0\",mode=\"irq\"} 0\n"
          "node_cpu_seconds_total{cpu=\"0\",mode=\"softirq\"} 0.01\n"
          "node_cpu_seconds_total{cpu=\"0\",mode=\"steal\"} 0\n"
          "node_cpu_seconds_total{cpu=\"1\",mode=\"user\"} 0.2\n"
          "node_cpu_seconds_total{cpu=\"1\",mode=\"nice\"} 0\n"
          "node_cpu_seconds_total{cpu=\"1\",mode=\"system\"} 0.06\n"
          "node_cpu_seconds_total{cpu=\"1\",mode=\"idle\"} 0.5\n"
          "node_cpu_seconds_total{cpu=\"1\",mode=\"iowait\"} 0.01\n"
          "node_intr_total 12345\nnode_context_switches_total 777\n"
          "node_boot_time_seconds 1700000000\nnode_forks_total 42\n"
          "node_procs_running 3\nnode_procs_blocked 0\n");
}

TEST_CASE("collect::write_loadavg, write_file_nr: the single lines") {
    CHECK(written(collect::write_loadavg, View("0.50 1.25 2 3/400 5678\n")) ==
          "node_load1 0.5\nnode_load5 1.25\nnode_load15 2\n");
    CHECK(written(collect::write_file_nr, View("1024\t0\t9223372036854775807\n")) ==
          "node_filefd_allocated 1024\nnode_filefd_maximum 9223372036854776000\n");
    CHECK(written(collect::write_loadavg, View("")).empty());
    CHECK(written(collect::write_file_nr, View("1 2")).empty());
}

TEST_CASE("collect::write_pressure: how long some waited, and all") {
    constexpr View pressure = "some avg10=1.14 avg60=1.79 avg300=0.83 total=9916738\n"
                              "full avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n";
    CHECK(written(collect::write_pressure, View("io"), pressure) ==
          "node_pressure_io_waiting_seconds_total 9.916738\n"
          "node_pressure_io_stalled_seconds_total 0.5\n");
    CHECK(written(collect::write_pressure, View("cpu"), pressure) ==
          "node_pressure_cpu_waiting_seconds_total 9.916738\n");
    CHECK(written(collect::write_pressure, View("io"), View("some total=x\nnone total=1\nfull\n"))
              .empty());
}

TEST_CASE("collect::write_meminfo: in bytes where the kernel says kB") {
    CHECK(written(collect::write_meminfo,
                  View("MemTotal:       24684084 kB\nActive(anon):  5 kB\nHugePages_Total:  7\n"
                       "MemTotal: 1 kB\nno colon 5 kB\nX-Y: 1 kB\nBad: x kB\n")) ==
          "node_memory_MemTotal_bytes 25276502016\nnode_memory_Active_anon_bytes 5120\n"
          "node_memory_HugePages_Total 7\n");
}

TEST_CASE("collect::write_vmstat: faults, paging and kills") {
    CHECK(written(collect::write_vmstat,
                  View("nr_free_pages 5\npgpgin 1\npswpin 2\npswpout 3\npgfault 4\npgmajfault 5\n"
                       "oom_kill 6\npgfault 9\n")) ==
          "node_vmstat_pgpgin 1\nnode_vmstat_pswpin 2\nnode_vmstat_pswpout 3\n"
          "node_vmstat_pgfault 4\nnode_vmstat_pgmajfault 5\nnode_vmstat_oom_kill 6\n");
}

TEST_CASE("collect::write_diskstats: whole disks, in bytes and seconds") {
    const auto all = written(collect::write_diskstats, kDiskstats);
    for (const std::string line :
         {"node_disk_reads_completed_total{device=\"sda\"} 100\n",
          "node_disk_read_bytes_total{device=\"sda\"} 409600\n",
          "node_disk_read_time_seconds_total{device=\"sda\"} 2\n",
          "node_disk_written_bytes_total{device=\"sda\"} 819200\n",
          "node_disk_io_now{device=\"sda\"} 2\n",
          "node_disk_io_time_seconds_total{device=\"sda\"} 4.5\n",
          "node_disk_io_time_weighted_seconds_total{device=\"sda\"} 5\n",
          "node_disk_discard_time_seconds_total{device=\"sda\"} 0.25\n",
          "node_disk_flush_requests_time_seconds_total{device=\"sda\"} 1.5\n",
          "node_disk_writes_completed_total{device=\"nvme0n1\"} 5\n",
          "node_disk_writes_completed_total{device=\"dm-0\"} 5\n"})
        CHECK_MESSAGE(all.find(line) != std::string::npos, line);
    for (const std::string device : {"sda1", "nvme0n1p1", "loop0", "vdb"})
        CHECK_MESSAGE(all.find('"' + device + '"') == std::string::npos, device);
}

TEST_CASE("collect::write_net_dev: every interface, also where its numbers touch its name") {
    const auto all = written(collect::write_net_dev, kNetDev);
    for (const std::string line : {"node_network_receive_bytes_total{device=\"lo\"} 100\n",
                                   "node_network_receive_bytes_total{device=\"eth0\"} 1234\n",
                                   "node_network_receive_drop_total{device=\"eth0\"} 7\n",
                                   "node_network_receive_multicast_total{device=\"eth0\"} 8\n",
                                   "node_network_transmit_errs_total{device=\"eth0\"} 11\n",
                                   "node_network_transmit_drop_total{device=\"eth0\"} 12\n"})
        CHECK_MESSAGE(all.find(line) != std::string::npos, line);
    CHECK(all.find("broken") == std::string::npos);
    CHECK(all.find("face") == std::string::npos);
}

TEST_CASE("collect::write_netstat, write_sockstat: those that tell of trouble") {
    CHECK(written(collect::write_netstat,
                  View("Ip: Forwarding DefaultTTL\nIp: 1 64\n"
                       "Tcp: RtoAlgorithm CurrEstab InSegs OutSegs RetransSegs\nTcp: 1 9 10 20 3\n"
                       "TcpExt: ListenOverflows ListenDrops\nTcpExt: 4 -5\n"
                       "Udp: InErrors\nUdp: 1 2\n")) ==
          "node_netstat_Tcp_CurrEstab 9\nnode_netstat_Tcp_InSegs 10\n"
          "node_netstat_Tcp_OutSegs 20\nnode_netstat_Tcp_RetransSegs 3\n"
          "node_netstat_TcpExt_ListenOverflows 4\nnode_netstat_TcpExt_ListenDrops -5\n");
    CHECK(
        written(
            collect::write_sockstat,
            View("sockets: used 123\nTCP: inuse 5 orphan 0 tw 1 alloc 7 mem 2\nUDP: inuse 2\n")) ==
        "node_sockstat_sockets_used 123\nnode_sockstat_TCP_inuse 5\nnode_sockstat_TCP_orphan 0\n"
        "node_sockstat_TCP_tw 1\nnode_sockstat_TCP_alloc 7\nnode_sockstat_TCP_mem 2\n");
}

TEST_CASE("collect::local_mounts: disks, and nothing that might hang") {
    std::string all;
    for (const auto& mount :
         collect::local_mounts("/dev/sda1 / ext4 rw,relatime 0 0\n"
                               "/dev/sdb1 /data/kafka\\040logs xfs ro,noatime 0 0\n"
                               "nas:/export /mnt/nas nfs4 rw 0 0\n"
                               "//nas/x /mnt/smb cifs rw 0 0\n"
                               "sshfs#h: /mnt/ssh fuse.sshfs rw 0 0\n"
                               "systemd-1 /mnt/auto autofs rw 0 0\n"
                               "proc /proc proc rw 0 0\n"
                               "tmpfs /dev/shm tmpfs rw 0 0\n"
                               "tmpfs /tmp tmpfs rw,errors=ro 0 0\n"
                               "/dev/sdc1 /procession ext4 rw 0 0\n"
                               "/dev/sdd1 /covered ext4 rw 0 0\n"
                               "nas:/b /covered nfs rw 0 0\n"
                               "/dev/sde1 /twice ext4 rw 0 0\n"
                               "/dev/sdf1 /twice xfs rw 0 0\n"
                               "short line\n\\ \\ \\ \\\n"))
        all += fmt::format("{} {} {} {}\n", mount.device, mount.mountpoint, mount.fstype,
                           mount.read_only ? "ro" : "rw");
    CHECK(all == "/dev/sda1 / ext4 rw\n/dev/sdb1 /data/kafka logs xfs ro\n"
                 "/dev/sdc1 /procession ext4 rw\ntmpfs /tmp tmpfs rw\n/dev/sdf1 /twice xfs rw\n");
}

TEST_CASE("collect::write_filesystems: what is not known is an error and not a size") {
    collect::Usage usage;
    usage.known = true;
    usage.size = 100;
    usage.free = 50;
    usage.avail = 40;
    usage.files = 10;
    usage.files_free = 5;
    PageWriter page;
    collect::write_filesystems(
        {{{"/dev/a", "/a\"b\\c\nd", "xfs", false}, usage}, {{"/dev/b", "/b", "xfs", true}, {}}},
        page);
    const auto a = std::string(R"({device="/dev/a",fstype="xfs",mountpoint="/a\"b\\c\nd"})");
    const auto b = std::string(R"({device="/dev/b",fstype="xfs",mountpoint="/b"})");
    CHECK(samples(page) ==
          "node_filesystem_size_bytes" + a + " 100\nnode_filesystem_free_bytes" + a +
              " 50\nnode_filesystem_avail_bytes" + a + " 40\nnode_filesystem_files" + a +
              " 10\nnode_filesystem_files_free" + a + " 5\nnode_filesystem_readonly" + a +
              " 0\nnode_filesystem_readonly" + b + " 1\nnode_filesystem_device_error" + a +
              " 0\nnode_filesystem_device_error" + b + " 1\n");
}

TEST_CASE("collect::write_timex, write_uname: the clock and the system") {
    collect::ClockState state;
    state.synchronised = true;
    state.offset_seconds = -0.001;
    state.maxerror_seconds = 0.5;
    CHECK(written(collect::write_timex, state) ==
          "node_timex_sync_status 1\nnode_timex_offset_seconds -0.001\n"
          "node_timex_maxerror_seconds 0.5\nnode_timex_estimated_error_seconds 0\n");
    CHECK(written(collect::write_uname,
                  collect::SystemName{"Linux", "6.1", "#1 SMP", "x86_64", "host\xff", ""}) ==
          "node_uname_info{domainname=\"\",machine=\"x86_64\",nodename=\"host\xef\xbf\xbd\","
          "release=\"6.1\",sysname=\"Linux\",version=\"#1 SMP\"} 1\n");
}

TEST_CASE("collect: whatever a file of /proc says, its page is one that can be read") {
    std::mt19937 random(11);
    const std::vector<std::string> sources{std::string(kStat), std::string(kDiskstats),
                                           std::string(kNetDev)};
    for (int round = 0; round < 2000; ++round) {
        auto text = sources[random() % sources.size()];
        for (int change = 0; change < 5; ++change)
            text[random() % text.size()] = " \n:0x-\xff{}\"\\"[random() % 11];
        text.resize(random() % text.size());
        PageWriter page;
        collect::write_stat(text, 100, page);
        collect::write_diskstats(text, page);
        collect::write_net_dev(text, page);
        collect::write_meminfo(text, page);
        collect::write_netstat(text, page);
        collect::write_sockstat(text, page);
        collect::write_pressure("io", text, page);
        collect::local_mounts(text);
        auto all = page.page();
        while (!all.empty()) {
            const auto line = collect::take_line(all);
            if (line.starts_with('#')) continue;
            const auto value = line.substr(line.rfind(' ') + 1);
            REQUIRE_MESSAGE(collect::number_of(value), std::string(line));
        }
    }
}
