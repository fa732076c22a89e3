#include "net/gzip.h"

#include <doctest/doctest.h>

#include "net/gunzip.h"

using namespace keepwatch;

namespace {

std::string unpacked(const std::string& packed) {
    constexpr std::size_t kMax = 1 << 20;
    net::Gunzip gunzip(packed, kMax);
    net::PageBuffer buffer(kMax + net::Gunzip::kStepBytes);
    for (;;) {
        const auto last = gunzip.step(buffer);
        if (!last) return last.error().message;
        if (*last) return std::string(buffer.view());
    }
}

} // namespace

TEST_CASE("net::gzip: what is packed can be unpacked") {
    for (const auto& text :
         {std::string(), std::string("a"), std::string(100'000, 'x'), std::string("\0\xff", 2)}) {
        const auto packed = net::gzip(text);
        REQUIRE(packed);
        CHECK(unpacked(*packed) == text);
    }
    CHECK(net::gzip(std::string(100'000, 'x'))->size() < 1'000);
}

TEST_CASE("net::accepts_gzip: reads what a client can take") {
    for (const auto* yes : {"gzip", "GZIP", "deflate, gzip", " gzip ;q=0.5", "br,gzip;q=1"})
        CHECK_MESSAGE(net::accepts_gzip(yes), yes);
    for (const auto* no : {"", "br", "gzip;q=0", "gzip; q=0.0", "gzipped", "x-gzip, deflate", ","})
        CHECK_MESSAGE(!net::accepts_gzip(no), no);
}
