#include "recording/import.h"

#include <doctest/doctest.h>

#include "recording/recording.h"
#include "support/temp_dir.h"

namespace {

using namespace keepwatch;
using namespace keepwatch::recording;
using keepwatch::testing::TempDir;

constexpr std::string_view kBroker = "kafka_server_replicamanager_leadercount 1\n";

} // namespace

TEST_CASE("recording::import_folder: pages and failures in the order they came") {
    const TempDir dir;
    dir.write("b1-1700000000.50.prom", kBroker);
    dir.write("b2-1700000001.00.prom", kBroker);
    dir.write("zk-mntr-1700000002.00.txt", "zk_version\t3.8\n");
    dir.write("zk-ruok-1700000002.00.txt", "imok");
    dir.write("zk-monitor-1700000002.00.prom", "{}");
    dir.write("notes.txt", "not a page");
    dir.write("index.jsonl",
              R"({"t": 1700000000.503, "n": "b1", "d": 2.5, "bytes": 42, "st": 200, "err": null})"
              "\n"
              R"({"t": 1700000006, "n": "b1", "d": 0.0, "bytes": 0, "st": 0, "err": "refused"})"
              "\n"
              R"({"t": 1700000011, "n": "b1", "d": 0.1, "bytes": 0, "st": 503, "err": null})"
              "\n");
    const auto imported = import_folder(dir.path(""), dir.path("out"));
    REQUIRE(imported);
    CHECK(imported->events == 5);
    CHECK(imported->skipped ==
          std::vector<std::string>{"zk-monitor: its pages are JSON, not metrics",
                                   "zk-ruok: replies to `ruok` hold no metrics"});

    auto recording = Recording::open(dir.path("out"));
    REQUIRE(recording);
    CHECK(recording->header().whole_cluster);
    std::string targets;
    for (const auto& target : recording->header().targets)
        targets += target.name + ":" + target.kind + " ";
    CHECK(targets == "b2:kafka zk-mntr:zookeeper b1:kafka ");

    std::string events;
    while (const auto event = recording->next()) {
        if (const auto* page = std::get_if<PageArrived>(&event->what))
            events += std::to_string(event->at.ms - 1'700'000'000'000) + " " +
                      std::to_string(page->scheduled.ms - 1'700'000'000'000) + " page of " +
                      std::to_string(page->target) + "\n";
        if (const auto* failure = std::get_if<ScrapeFailed>(&event->what))
            events +=
                std::to_string(event->at.ms - 1'700'000'000'000) + " " + failure->reason + "\n";
    }
    CHECK(events == "1000 1000 page of 0\n"
                    "2000 2000 page of 1\n"
                    "3003 503 page of 2\n"
                    "6000 refused\n"
                    "11100 HTTP 503\n");
}

TEST_CASE("recording::import_folder: says what it cannot read") {
    const TempDir dir;
    CHECK(import_folder(dir.path("absent"), dir.path("out")).error().message ==
          dir.path("absent") + ": not a folder");
    CHECK(import_folder(dir.path(""), dir.path("out")).error().message ==
          dir.path("") + ": no page named NAME-<unix seconds>.prom or .txt");
    dir.write("b1-1700000000.50.prom", kBroker);
    dir.write("index.jsonl", "{\"t\": 1}\n");
    CHECK(import_folder(dir.path(""), dir.path("out")).error().to_string() ==
          dir.path("index.jsonl") +
              ":1:1: expected an object with \"t\", \"n\", \"d\", \"st\" and \"err\"");
}
