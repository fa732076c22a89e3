#include "net/chunk_decoder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

using namespace keepwatch;

namespace {

// Decodes in pieces of the given sizes, in turn: the body, `+` and what came after it if anything
// did, `…` if the end did not come.
std::string decoded(std::string text, const std::vector<std::size_t>& sizes = {1 << 20}) {
    net::ChunkDecoder decoder;
    std::string body;
    std::string after;
    for (std::size_t i = 0; !text.empty(); ++i) {
        auto piece = text.substr(0, sizes[i % sizes.size()]);
        text.erase(0, piece.size());
        const auto got = decoder.decode(piece);
        if (!got) return got.error().message;
        body += piece.substr(0, got->body);
        after += piece.substr(got->body, got->after);
    }
    return body + (after.empty() ? "" : "+" + after) + (decoder.done() ? "" : "…");
}

} // namespace

TEST_CASE("net::ChunkDecoder: puts the chunks together") {
    CHECK(decoded("0\r\n\r\n").empty());
    CHECK(decoded("3\r\nup \r\n2\r\n1\n\r\n0\r\n\r\n") == "up 1\n");
    CHECK(decoded("A\r\n0123456789\r\n0\r\n\r\n") == "0123456789");
    CHECK(decoded("1;a=\"b\"\r\nx\r\n0 \r\nTrailer: y\r\n\r\n") == "x");
    CHECK(decoded("1\r\nx\r\n0\r\n\r\nHTTP/1.1 200") == "x+HTTP/1.1 200");
}

TEST_CASE("net::ChunkDecoder: knows when the end has not come") {
    CHECK(decoded("") == "…");
    CHECK(decoded("5\r\nup") == "up…");
    CHECK(decoded("2\r\nup\r\n") == "up…");
    CHECK(decoded("2\r\nup\r\n0\r\n") == "up…");
    CHECK(decoded("2\r\nup\r\n0\r\n\r") == "up…");
}

TEST_CASE("net::ChunkDecoder: what is no chunk is refused") {
    for (const std::string text :
         {"x", "\r\n", "-1\r\n", "3\nup ", "2\r\nupX", "2\r\nup\rX", "0\r\n\rX", "0x2\r\nup\r\n",
          "fffffffffffffffffffffff\r\n", "2\rX", " 2\r\nup\r\n"})
        CHECK_MESSAGE(decoded(text) == "read: the chunked body is malformed", text);
    CHECK(decoded("1;" + std::string(5000, 'x')) == "read: the chunked body is malformed");
    CHECK(decoded("0\r\n" + std::string(5000, 'x')) == "read: the chunked body is malformed");
}

TEST_CASE("net::ChunkDecoder: gives the same in pieces of any size") {
    std::mt19937 random(7);
    std::string body;
    std::string text;
    for (int i = 0; i < 50; ++i) {
        const std::string chunk(1 + random() % 40, static_cast<char>('a' + i % 26));
        char size[32];
        std::snprintf(size, sizeof size, "%zx%s\r\n", chunk.size(), i % 7 == 0 ? ";x=1" : "");
        text += size + chunk + "\r\n";
        body += chunk;
    }
    text += "0\r\nT: 1\r\nU: 2\r\n\r\nmore";
    CHECK(decoded(text) == body + "+more");
    CHECK(decoded(text, {1}) == body + "+more");
    for (int round = 0; round < 100; ++round) {
        std::vector<std::size_t> sizes(13);
        std::generate(sizes.begin(), sizes.end(), [&] { return 1 + random() % 60; });
        CHECK(decoded(text, sizes) == body + "+more");
    }
}
