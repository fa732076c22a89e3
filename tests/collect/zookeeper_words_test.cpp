#include "collect/zookeeper_words.h"

#include <doctest/doctest.h>

#include <map>

#include <fmt/format.h>

#include "support/collecting.h"
#include "support/page_play.h"
#include "support/scripted_server.h"

using namespace keepwatch;
using testing::Collecting;
using testing::Peer;
using testing::ScriptedServer;

namespace {

constexpr std::string_view kNoAnswer = "hang";

// A server that answers each word by a text and closes, as ZooKeeper does.
ScriptedServer::Script zookeeper(std::map<std::string, std::string> answers) {
    return [answers = std::move(answers)](Peer& peer) {
        const auto found = answers.find(peer.read_bytes(4));
        if (found == answers.end()) return;
        if (found->second == kNoAnswer)
            peer.wait_until_it_leaves();
        else
            peer.send(found->second);
    };
}

std::string asked(std::map<std::string, std::string> answers, double clock_factor = 1,
                  Duration timeout = seconds(50)) {
    const ScriptedServer server(zookeeper(std::move(answers)));
    Collecting collecting(clock_factor);
    auto target = Collecting::target(fmt::format("zookeeper://127.0.0.1:{}", server.port()));
    target.timeout = timeout;
    target.page_bytes_max = 4096;
    collecting.start(std::move(target));
    collecting.wait_for_scrapes(1);
    if (collecting.scrapes.size() != 1) return fmt::format("{} scrapes", collecting.scrapes.size());
    return collecting.scrapes[0];
}

} // namespace

TEST_CASE("collect::ZookeeperWords: the answers of all words are one page") {
    const auto page = asked({{"mntr", "zk_version\t3.4.14\nzk_znode_count\t5\n"},
                             {"srvr", "Zookeeper version: 3.4.14\nMode: standalone\n"},
                             {"isro", "rw"}});
    CHECK(page == "words: #4lw mntr\nzk_version\t3.4.14\nzk_znode_count\t5\n"
                  "#4lw srvr\nZookeeper version: 3.4.14\nMode: standalone\n#4lw isro\nrw\n");
    const auto read = exposition::PagePlay().read(page.substr(7), PageFormat::ZookeeperWords);
    CHECK_MESSAGE(read.find("zk_znode_count 5") != std::string::npos, read);
    CHECK_MESSAGE(read.find(" | ") == std::string::npos, read);
}

TEST_CASE(
    "collect::ZookeeperWords: a word that is not allowed is answered by a line that is kept") {
    const std::string refusal = " is not executed because it is not in the whitelist.\n";
    CHECK(asked({{"mntr", "zk_znode_count\t5\n"},
                 {"srvr", "srvr" + refusal},
                 {"isro", "isro" + refusal}}) ==
          "words: #4lw mntr\nzk_znode_count\t5\n#4lw srvr\nsrvr" + refusal + "#4lw isro\nisro" +
              refusal);
    CHECK(asked({{"mntr", "mntr" + refusal}, {"srvr", "Mode: leader\n"}, {"isro", "rw"}}) ==
          "words: #4lw mntr\nmntr" + refusal + "#4lw srvr\nMode: leader\n#4lw isro\nrw\n");
}

TEST_CASE("collect::ZookeeperWords: without mntr there is no page, the others may be missing") {
    CHECK(asked({{"mntr", "zk_znode_count\t5\n"}, {"isro", "ro"}}) ==
          "words: #4lw mntr\nzk_znode_count\t5\n#4lw isro\nro\n");
    CHECK(asked({{"srvr", "Mode: leader\n"}}) == "failed: mntr: read: closed without an answer");
    CHECK(asked({{"mntr", std::string(10'000, 'x')}}) ==
          "failed: mntr: read: the page is larger than 4096 bytes");
}

TEST_CASE("collect::ZookeeperWords: all words together end by the timeout") {
    const auto f = [](std::map<std::string, std::string> answers) {
        return asked(std::move(answers), 100, minutes(1));
    };
    CHECK(f({{"mntr", std::string(kNoAnswer)}}) == "failed: mntr: read: timeout after 1m");
    CHECK(f({{"mntr", "zk_znode_count\t5\n"},
             {"srvr", std::string(kNoAnswer)},
             {"isro", std::string(kNoAnswer)}}) == "words: #4lw mntr\nzk_znode_count\t5\n");
}

TEST_CASE("collect::ZookeeperWords: a refused connection says at which word") {
    Collecting collecting(1);
    collecting.start(
        Collecting::target(fmt::format("zookeeper://127.0.0.1:{}", testing::unused_port())));
    CHECK(collecting.wait_for_scrapes(1));
    CHECK(collecting.scrapes ==
          std::vector<std::string>{"failed: mntr: connect: Connection refused"});
}
