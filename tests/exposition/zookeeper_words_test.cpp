#include <doctest/doctest.h>

#include "support/page_play.h"

using namespace keepwatch;
using namespace keepwatch::exposition;

namespace {

std::string read(std::string_view body) {
    return PagePlay().read(body, PageFormat::ZookeeperWords);
}

// The reading of one series, or "none".
std::string value_of(const PagePlay& play, std::string_view series) {
    for (const auto& reading : play.readings)
        if (play.known[reading.series].to_string() == series) return format_number(reading.value);
    return "none";
}

} // namespace

TEST_CASE("exposition::ZookeeperWords: mntr in both dialects") {
    CHECK(read("zk_avg_latency\t0.5\nzk_znode_count\t5\n") ==
          "zk_avg_latency 0.5; zk_znode_count 5; zk_serving 1");
    CHECK(read("zk_updatelatency{quantile=\"0.99\"}\t260.0\nzk_reads_sum\tNaN\n") ==
          R"(zk_updatelatency{quantile="0.99"} 260; zk_reads_sum NaN; zk_serving 1)");
}

TEST_CASE("exposition::ZookeeperWords: words among the values become labels") {
    CHECK(
        read("zk_server_state\tleader\nzk_peer_state\tleading - broadcast\n"
             "zk_version\t3.8.4-93, built on 2024\nzk_odd\t\"x\\\n") ==
        R"(zk_server_state{state="leader"} 1; zk_peer_state{state="leading - broadcast"} 1; )"
        R"(zk_version{version="3.8.4-93, built on 2024"} 1; zk_odd{value="\"x\\"} 1; zk_serving 1)");
}

TEST_CASE("exposition::ZookeeperWords: srvr fills what mntr lacks") {
    CHECK(read("#4lw srvr\nZookeeper version: 3.8.4\nLatency min/avg/max: 0/5.5/416\nReceived: 2\n"
               "Sent: 3\nConnections: 7\nOutstanding: 0\nZxid: 0x100000018\nMode: follower\n"
               "Node count: 242\nProposal sizes last/min/max: -1/32/48\n") ==
          R"(zk_version{version="3.8.4"} 1; zk_min_latency 0; zk_avg_latency 5.5; )"
          "zk_max_latency 416; zk_packets_received 2; zk_packets_sent 3; "
          "zk_num_alive_connections 7; zk_outstanding_requests 0; zk_zxid_epoch 1; "
          R"(zk_zxid_counter 24; zk_server_state{state="follower"} 1; zk_znode_count 242; )"
          "zk_last_proposal_size -1; zk_min_proposal_size 32; zk_max_proposal_size 48; "
          "zk_serving 1");
    CHECK(
        read("#4lw srvr\nSent: 3\nMode: leader\nNode count: 5\n#4lw mntr\n"
             "zk_server_state\tleader\nzk_packets_sent\t4\n") ==
        R"(zk_server_state{state="leader"} 1; zk_packets_sent 4; zk_znode_count 5; zk_serving 1)");
}

TEST_CASE("exposition::ZookeeperWords: a server without quorum says that it does not serve") {
    CHECK(read("#4lw mntr\nThis ZooKeeper instance is not currently serving requests\n"
               "#4lw srvr\nThis ZooKeeper instance is not currently serving requests\n"
               "#4lw isro\nnull") == R"(zk_isro{mode="null"} 1; zk_read_write 0; zk_serving 0)");
}

TEST_CASE("exposition::ZookeeperWords: isro and ruok") {
    CHECK(read("#4lw isro\nrw") == R"(zk_isro{mode="rw"} 1; zk_read_write 1)");
    CHECK(read("#4lw isro\nro\n") == R"(zk_isro{mode="ro"} 1; zk_read_write 0)");
    CHECK(read("#4lw ruok\nimok") == "zk_ruok 1");
    CHECK(read("#4lw ruok\nno\n") == "zk_ruok 0");
    CHECK(read("#4lw cons\n /127.0.0.1:5[0](queued=0)\n#4lw ruok\nimok\n") == "zk_ruok 1");
}

TEST_CASE("exposition::ZookeeperWords: what is wrong is named with its place") {
    CHECK(read("#4lw mntr\n#4lw ruok\nimok") ==
          "zk_ruok 1 | line 1, byte 0: expected a reply to mntr, got none");
    CHECK(read("#4lw ruok\nimok\n#4lw mntr\nmntr is not executed because it is not in the "
               "whitelist.\n") ==
          "zk_ruok 1 | line 4, byte 25: ZooKeeper does not allow mntr: add it to "
          "4lw.commands.whitelist in its configuration");
    CHECK(read("zk_a\t1\nzk_b 2\n") ==
          "zk_a 1; zk_serving 1 | line 2, byte 7: expected a name, a tab and a value in the reply "
          "to mntr, got \"zk_b 2\"");
    CHECK(read("zk_a\t1\nzk_b{x=1}\t2\n") ==
          "zk_a 1; zk_serving 1 | line 2, byte 14: label \"x\": expected a value in double quotes, "
          "got \"1}\"");
    CHECK(read("zk_a\t1\nzk_a\t2\n") ==
          "zk_a 1; zk_serving 1 | line 2, byte 7: the series zk_a appears twice; its first value "
          "is kept");
    CHECK(read("#4lw ruok\nimok\n#4lw isro\nyes\n") ==
          "zk_ruok 1 | line 4, byte 25: expected rw, ro or null as the reply to isro, got \"yes\"");
    CHECK(
        read("#4lw srvr\nhello\nZxid: 12\nSent: x\nNode count: 1\n") ==
        "zk_znode_count 1; zk_serving 1 | line 2, byte 10: expected a name, a colon and a value "
        "in the reply to srvr, got \"hello\" | line 3, byte 22: expected a zxid such as 0x1a, got "
        "\"12\" | line 4, byte 31: expected a number, got \"x\"");
    CHECK(read("") == "refused: line 1, byte 0: the page is empty");
}

TEST_CASE(
    "exposition::ZookeeperWords: the whole replies of a leader and of a Prometheus provider") {
    const auto body = [](std::string prefix) {
        return "#4lw mntr\n" + page_file(prefix + "-mntr.txt") + "#4lw srvr\n" +
               page_file(prefix + "-srvr.txt") + "#4lw isro\n" + page_file(prefix + "-isro.txt");
    };
    PagePlay leader;
    leader.read(body("zke2"), PageFormat::ZookeeperWords);
    CHECK(leader.report.problem_count == 0);
    CHECK(leader.report.samples == 529 + 2 + 2 + 1); // mntr, zxid, isro, serving.
    CHECK(value_of(leader, "zk_server_state{state=\"leader\"}") == "1");
    CHECK(value_of(leader, "zk_synced_followers") == "2");
    CHECK(value_of(leader, "zk_zxid_epoch") == "1");
    CHECK(value_of(leader, "zk_isro{mode=\"rw\"}") == "1");

    PagePlay provider;
    provider.read(body("zk-4lw"), PageFormat::ZookeeperWords);
    CHECK(provider.report.problem_count == 0);
    CHECK(value_of(provider, "zk_updatelatency{quantile=\"0.99\"}") == "260");
    CHECK(value_of(provider, "zk_avg_latency") == "5.9664");
    CHECK(value_of(provider, "zk_znode_count") == "242");
    CHECK(value_of(provider, "zk_packets_received") == "1160"); // Of mntr, not of srvr.
}
