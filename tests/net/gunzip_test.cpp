#include "net/gunzip.h"

#include <doctest/doctest.h>

#include "support/gzip.h"

using namespace keepwatch;
using testing::gzip;

namespace {

std::string unpacked(std::string_view packed, std::size_t bytes_max = 8 << 20) {
    net::PageBuffer into(bytes_max + net::Gunzip::kStepBytes);
    net::Gunzip gunzip(packed, bytes_max);
    for (;;) {
        const auto last = gunzip.step(into);
        if (!last) return last.error().message;
        if (*last) return std::string(into.view());
    }
}

} // namespace

TEST_CASE("net::Gunzip: gives back what was packed, of any size") {
    CHECK(unpacked(gzip("")).empty());
    CHECK(unpacked(gzip("up 1\n")) == "up 1\n");
    std::string big;
    while (big.size() < 5 << 20) big += "up{n=\"" + std::to_string(big.size()) + "\"} 1\n";
    CHECK(unpacked(gzip(big)) == big);
    CHECK(unpacked(gzip(big), big.size()) == big);
    CHECK(unpacked(gzip("a") + gzip("b")) == "ab");
}

TEST_CASE("net::Gunzip: a bomb is stopped at the limit") {
    const auto bomb = gzip(std::string(200 << 20, '\0'));
    CHECK(bomb.size() < 1 << 20);
    CHECK(unpacked(bomb, 1 << 20) == "gzip: the body is larger than 1048576 bytes");
    CHECK(unpacked(gzip("abc"), 2) == "gzip: the body is larger than 2 bytes");
}

TEST_CASE("net::Gunzip: says what is wrong with what is no gzip") {
    const auto packed = gzip("a page that is long enough to be cut in its middle");
    CHECK(unpacked("") == "gzip: cut short");
    CHECK(unpacked(packed.substr(0, 5)) == "gzip: cut short");
    CHECK(unpacked(packed.substr(0, packed.size() - 1)) == "gzip: cut short");
    CHECK(unpacked("up 1\n") == "gzip: incorrect header check");
    CHECK(unpacked(packed + "x") == "gzip: cut short");
    auto damaged = packed;
    damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);
    CHECK(unpacked(damaged) == "gzip: incorrect data check");
}
