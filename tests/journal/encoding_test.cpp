#include "journal/encoding.h"

#include <random>

#include <doctest/doctest.h>

#include "journal/packed.h"
#include "memories.h"

using namespace keepwatch;
using namespace keepwatch::journal;
using namespace keepwatch::testing;

namespace {

// Torn bytes are refused; changed ones are too, or give something else, and never more than that.
template <class Decode> void survives_damage(const std::string& bytes, Decode decode) {
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE(decode(bytes.substr(0, size)));
    CHECK_FALSE(decode(bytes + "x"));
    std::minstd_rand random(1);
    for (int i = 0; i < 2'000; ++i) {
        auto damaged = bytes;
        damaged[random() % damaged.size()] = static_cast<char>(random() & 0xff);
        (void)decode(damaged);
    }
}

engine::Memory whole_memory() {
    engine::Memory memory;
    memory.at = {1'700'000'000'000};
    memory.revision = 9;
    memory.alerts = {remembered("t"), remembered("u")};
    memory.notifications = {notification("k", 7, 3)};
    memory.habits = {{{"r", "t", 3}}, {{"t", 9}}, {{"s", 1}}};
    memory.chunks = {chunk_of(1'700'000'000'000, 2)};
    return memory;
}

} // namespace

TEST_CASE("journal::encode: a whole memory comes back as it was") {
    const auto memory = whole_memory();
    const auto again = decode_memory(encode(memory));
    REQUIRE(again);
    CHECK(text_of(*again) == text_of(memory));
}

TEST_CASE("journal::decode: hostile bytes do no harm") {
    survives_damage(encode(remembered("t")), [](const auto& b) { return decode_alert(b); });
    survives_damage(encode(notification("k", 7, 3)),
                    [](const auto& b) { return decode_notification(b); });
    survives_damage(encode(engine::Habits{{{"r", "t", 3}}, {{"t", 9}}, {{"s", 1}}}),
                    [](const auto& b) { return decode_habits(b); });
    survives_damage(encode(chunk_of(1'700'000'000'000, 2)),
                    [](const auto& b) { return decode_chunk(b); });
    survives_damage(encode(whole_memory()), [](const auto& b) { return decode_memory(b); });
    CHECK(decode_alert("\x02").error().message == "these bytes are no alert");
}

TEST_CASE("journal::pack: small, and again as it was; refused if it was changed") {
    for (const auto& text : {std::string(), std::string("short"), std::string(100'000, 'x')})
        CHECK(*unpack(pack(text)) == text);
    const auto packed = pack(std::string(100'000, 'x'));
    CHECK(packed.size() < 100);
    CHECK_FALSE(unpack(""));
    CHECK_FALSE(unpack("\x07zzz"));
    CHECK_FALSE(unpack(packed.substr(0, packed.size() - 1)));
    CHECK_FALSE(unpack("\x01" + packed));
}
