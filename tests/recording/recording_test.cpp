#include "recording/recording.h"

#include <bit>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "recording/codec.h"
#include "recording/recorder.h"
#include "support/temp_dir.h"

namespace {

using namespace keepwatch;
using namespace keepwatch::recording;
using keepwatch::testing::TempDir;

std::string described(const Event& event) {
    struct Describe {
        std::string operator()(const Tick&) const { return "tick"; }
        std::string operator()(const PageArrived& p) const {
            return fmt::format("page {} {} {} {} {}", p.target, p.scheduled.ms, p.took.ms,
                               static_cast<int>(p.format), p.body);
        }
        std::string operator()(const ScrapeFailed& f) const {
            return fmt::format("failed {} {} {} {}", f.target, f.scheduled.ms, f.took.ms, f.reason);
        }
        std::string operator()(const FactsLearned& f) const {
            std::string text = fmt::format("facts {}", f.target);
            for (const auto& fact : f.facts)
                text += fmt::format(" {}{}={}", fact.name, fact.labels.to_string(), fact.value);
            return text;
        }
        std::string operator()(const DeliveryOutcome& o) const {
            return fmt::format("outcome {} {} {} {} {}", o.sink, o.key, o.revision, o.accepted,
                               o.detail);
        }
        std::string operator()(const ClockStepped& s) const {
            return fmt::format("stepped {}", s.by.ms);
        }
        std::string operator()(const SeriesPushed& p) const {
            std::string text = "pushed";
            for (const auto& [labels, samples] : p.series) {
                text += " " + labels.to_string();
                for (const auto& sample : samples)
                    text += fmt::format(" {:x}@{}", std::bit_cast<std::uint64_t>(sample.value),
                                        sample.t.ms);
            }
            return text;
        }
    };
    return fmt::format("{} {}", event.at.ms, std::visit(Describe{}, event.what));
}

const std::vector<Event> kEvents{
    {{1'000}, Tick{}},
    {{1'010}, PageArrived{1, {-5}, {7}, PageFormat::OpenMetrics, "up 1\n"}},
    {{1'020}, ScrapeFailed{0, {1'000}, {20}, "connect: Connection refused"}},
    {{1'030}, FactsLearned{2, {{"a", Labels{{"l", "v"}}, 1.5}, {"b", {}, -0.0}}}},
    {{1'040}, DeliveryOutcome{"pager", "kw1:x", 1ULL << 60, true, ""}},
    {{1'050}, ClockStepped{{-3'600'000}}},
    {{1'060},
     SeriesPushed{{{Labels{{"__name__", "up"}}, {{{-5}, stale_marker()}, {{7}, -0.0}}},
                   {Labels{{"__name__", "x"}, {"a", "b"}}, {{{1}, 2}}}}}},
};

Header header() {
    return {"payments", true, {{"b1", "kafka", seconds(5), Labels{{"instance", "b1"}}}}};
}

void record(const std::string& path, const std::vector<Event>& events, RecorderLimits limits = {}) {
    auto recorder = Recorder::create(path, header(), limits);
    REQUIRE(recorder);
    for (const auto& event : events) REQUIRE(recorder->add(event));
    REQUIRE(recorder->flush());
}

std::vector<std::string> play(Recording& recording) {
    std::vector<std::string> all;
    while (const auto event = recording.next()) all.push_back(described(*event));
    return all;
}

std::vector<std::string> play(const std::string& path) {
    auto recording = Recording::open(path);
    REQUIRE(recording);
    return play(*recording);
}

std::vector<Event> ticks(int count, Duration apart) {
    std::vector<Event> events;
    for (int i = 0; i < count; ++i) events.push_back({Timestamp{} + apart * i, Tick{}});
    return events;
}

// One block an event.
constexpr RecorderLimits kSmallBlocks{.block_raw_bytes = 1};

} // namespace

TEST_CASE("recording::Recording: gives back every kind of event, and the header") {
    const TempDir dir;
    record(dir.path("r"), kEvents);
    auto recording = Recording::open(dir.path("r"));
    REQUIRE(recording);
    CHECK(recording->header().cluster == "payments");
    CHECK(recording->header().whole_cluster);
    REQUIRE(recording->header().targets.size() == 1);
    CHECK(recording->header().targets[0].kind == "kafka");
    CHECK(recording->header().targets[0].interval == seconds(5));
    CHECK(recording->header().targets[0].labels.to_string() == "{instance=\"b1\"}");
    CHECK(recording->first() == Timestamp{1'000});
    CHECK(recording->last() == Timestamp{1'060});
    std::vector<std::string> expected;
    for (const auto& event : kEvents) expected.push_back(described(event));
    CHECK(play(*recording) == expected);
    CHECK(recording->damage().empty());
}

TEST_CASE("recording::Recording: seek finds the block of a moment") {
    const TempDir dir;
    record(dir.path("r"), ticks(10, seconds(1)), kSmallBlocks);
    auto recording = Recording::open(dir.path("r"));
    REQUIRE(recording);
    recording->seek({4'500});
    const auto event = recording->next();
    REQUIRE(event);
    CHECK(event->at == Timestamp{5'000});
    recording->seek({0});
    CHECK(play(*recording).size() == 10);
    recording->seek({60'000});
    CHECK_FALSE(recording->next());
}

TEST_CASE("recording::Recorder: closes a block by its age, so that a crash loses no more") {
    const TempDir dir;
    auto recorder = Recorder::create(dir.path("r"), header(), {.block_age = seconds(10)});
    REQUIRE(recorder);
    for (const auto& event : ticks(15, seconds(1))) REQUIRE(recorder->add(event));
    CHECK(play(dir.path("r")).size() == 11); // From 0 s to 10 s; the rest is not yet in the file.
}

TEST_CASE("recording::Recorder: drops the oldest beyond its limit and stays readable") {
    const TempDir dir;
    auto limits = kSmallBlocks;
    limits.file_bytes_max = 2'000;
    auto recorder = Recorder::create(dir.path("r"), header(), limits);
    REQUIRE(recorder);
    for (const auto& event : ticks(200, seconds(1))) {
        REQUIRE(recorder->add(event));
        CHECK(std::filesystem::file_size(dir.path("r")) <= limits.file_bytes_max);
    }
    CHECK(recorder->blocks_dropped() > 0);
    const auto kept = play(dir.path("r"));
    CHECK(kept.size() + recorder->blocks_dropped() == 200);
    CHECK(kept.back() == "199000 tick");
}

TEST_CASE("recording::Recorder: what was known before the first event goes with it") {
    const TempDir dir;
    auto limits = kSmallBlocks;
    limits.file_bytes_max = 2'000;
    auto recorder = Recorder::create(dir.path("r"), header(), limits, "known before");
    REQUIRE(recorder);
    const auto remembered = [&] { return Recording::open(dir.path("r")).value().memory(); };
    const auto events = ticks(200, seconds(1));
    REQUIRE(recorder->add(events[0]));
    CHECK(remembered() == "known before");
    CHECK(play(dir.path("r")).size() == 1);
    for (const auto& event : events) REQUIRE(recorder->add(event));
    CHECK(recorder->blocks_dropped() > 0);
    CHECK(remembered() == "");
    record(dir.path("r"), kEvents);
    CHECK(remembered() == "");
}

TEST_CASE("recording::Recording: a torn end costs the last block only") {
    const TempDir dir;
    record(dir.path("r"), ticks(3, seconds(1)), kSmallBlocks);
    const auto whole = keepwatch::testing::read_file(dir.path("r"));
    const auto two = list_blocks(dir.path("r")).value().back().offset;
    for (auto size = two; size < whole.size(); ++size) {
        dir.write("torn", whole.substr(0, size));
        CHECK(play(dir.path("torn")).size() == 2);
    }
}

TEST_CASE("recording::Recording: a damaged block is named and skipped") {
    const TempDir dir;
    record(dir.path("r"), ticks(3, seconds(1)), kSmallBlocks);
    auto bytes = keepwatch::testing::read_file(dir.path("r"));
    const auto blocks = list_blocks(dir.path("r")).value();
    bytes[blocks[2].offset + kBlockHeadBytes + 8] ^= 0x55;
    const auto path = dir.write("hurt", bytes);
    auto recording = Recording::open(path);
    REQUIRE(recording);
    CHECK(play(*recording).size() == 2);
    REQUIRE(recording->damage().size() == 1);
    CHECK(recording->damage()[0].message.starts_with(path + ": block 2: "));
}

TEST_CASE("recording::Recording: what is no recording is refused by name") {
    const TempDir dir;
    const auto refusal = [&](std::string_view bytes) {
        const auto opened = Recording::open(dir.write("x", bytes));
        REQUIRE_FALSE(opened);
        return opened.error().message.substr(dir.path("x").size());
    };
    CHECK(refusal("") == ": not a Keepwatch recording, or torn in its header");
    CHECK(refusal("KWR1") == ": not a Keepwatch recording, or torn in its header");
    CHECK(refusal(std::string(100, 'x')) == ": no block of a Keepwatch recording begins here");
    BlockHead bomb;
    bomb.raw_bytes = 1ULL << 40;
    CHECK(refusal(encode(bomb)) ==
          ": a block of 1099511627776 bytes, more than the 536870912 allowed");
    CHECK_FALSE(Recording::open(dir.path("absent")));
}

TEST_CASE("recording::Decoder: no cut and no flipped byte makes it read beyond the end") {
    Writer all;
    for (const auto& event : kEvents) encode(event, all);
    const auto bytes = all.take();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        Decoder decoder(std::string_view(bytes).substr(0, size));
        while (!decoder.at_end() && decoder.event()) {
        }
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto hurt = bytes;
        hurt[i] = static_cast<char>(hurt[i] ^ 0xff);
        Decoder decoder(hurt);
        while (!decoder.at_end() && decoder.event()) {
        }
    }
    CHECK_FALSE(Decoder("\x01").event());
}
