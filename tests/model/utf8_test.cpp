#include "model/utf8.h"

#include <doctest/doctest.h>

using keepwatch::utf8_prefix;
using keepwatch::valid_utf8;

TEST_CASE("model::valid_utf8: keeps what is valid") {
    CHECK(valid_utf8("") == "");
    CHECK(valid_utf8("plain") == "plain");
    CHECK(valid_utf8(std::string_view("a\0b", 3)) == std::string_view("a\0b", 3));
    CHECK(valid_utf8("ä€𝄞") == "ä€𝄞");
    CHECK(valid_utf8("\xF4\x8F\xBF\xBF") == "\xF4\x8F\xBF\xBF"); // U+10FFFF.
}

TEST_CASE("model::valid_utf8: replaces each broken part by one U+FFFD") {
    CHECK(valid_utf8("a\xFF"
                     "b") == "a\uFFFDb");
    CHECK(valid_utf8("\x80\x80") == "\uFFFD\uFFFD");    // Continuations of nothing.
    CHECK(valid_utf8("\xE2\x82") == "\uFFFD");          // Cut short at the end.
    CHECK(valid_utf8("\xE2\x82z") == "\uFFFDz");        // Cut short by what follows.
    CHECK(valid_utf8("\xF0\x9D\x84") == "\uFFFD");      //
    CHECK(valid_utf8("\xC0\x80") == "\uFFFD\uFFFD");    // Overlong NUL.
    CHECK(valid_utf8("\xE0\x80\xAF").size() == 9);      // Overlong slash: three parts.
    CHECK(valid_utf8("\xED\xA0\x80").size() == 9);      // A surrogate.
    CHECK(valid_utf8("\xF4\x90\x80\x80").size() == 12); // Beyond U+10FFFF.
    CHECK(valid_utf8("\xF5\x80\x80\x80").size() == 12); // No such lead byte.
}

TEST_CASE("model::utf8_prefix: never cuts a character in two") {
    CHECK(utf8_prefix("abc", 3) == "abc");
    CHECK(utf8_prefix("abc", 2) == "ab");
    CHECK(utf8_prefix("abc", 0) == "");
    CHECK(utf8_prefix("a€b", 1) == "a");
    CHECK(utf8_prefix("a€b", 2) == "a");
    CHECK(utf8_prefix("a€b", 3) == "a");
    CHECK(utf8_prefix("a€b", 4) == "a€");
    CHECK(utf8_prefix("𝄞", 3) == "");
}

TEST_CASE("model::utf8_prefix: cuts text that is broken anyway where it is told to") {
    CHECK(utf8_prefix("\x80\x80\x80\x80\x80\x80", 5).size() == 5);
}
