#include "collect/zookeeper_admin.h"

#include <doctest/doctest.h>

using namespace keepwatch;
using namespace keepwatch::collect;

namespace {

std::string words(std::string_view json) {
    const auto read = words_of_monitor(json);
    return read ? *read : "error: " + read.error().message;
}

} // namespace

TEST_CASE("collect::ZookeeperAdmin: what monitor answers is what mntr says") {
    CHECK(words(R"({"version":"3.8.4-93, built on 2024","server_state":"leader","avg_latency":0.25,
                    "zk_uptime":9000000000,"read_only":false,"nested":{"a":1},"none":null,
                    "command":"monitor","error":null})") ==
          "#4lw mntr\nzk_version\t3.8.4-93, built on 2024\nzk_server_state\tleader\n"
          "zk_avg_latency\t0.25\nzk_uptime\t9000000000\nzk_read_only\t0\n");
    CHECK(words(R"({"odd":"a\nb\tc"})") == "#4lw mntr\nzk_odd\ta b c\n");
}

TEST_CASE("collect::ZookeeperAdmin: what is no answer is told as it came") {
    CHECK(
        words(
            R"({"command":"monitor","error":"This ZooKeeper instance is not currently serving"})") ==
        "error: the AdminServer answers: This ZooKeeper instance is not currently serving");
    CHECK(words("<html>") == "error: expected the AdminServer's answer to monitor, a JSON object, "
                             "got \"<html>\"");
    CHECK(words("[1]") == "error: expected the AdminServer's answer to monitor, a JSON object, "
                          "got \"[1]\"");
}
