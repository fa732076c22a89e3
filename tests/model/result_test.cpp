#include "model/result.h"

#include <doctest/doctest.h>

using namespace keepwatch;

namespace {

Result<int> half(int n) {
    if (n % 2 != 0) return Error{ErrorKind::InvalidInput, "expected an even number"};
    return n / 2;
}

Result<int> quarter(int n) {
    KW_TRY(const int halved, half(n));
    return half(halved);
}

} // namespace

TEST_CASE("model::Error: tells its place as far as it is known") {
    const auto at = [](Location where) {
        return Error{ErrorKind::InvalidInput, "wrong", std::move(where)}.to_string();
    };
    CHECK(at({}) == "wrong");
    CHECK(at({"a.toml", 12, 8}) == "a.toml:12:8: wrong");
    CHECK(at({"a.toml", 12, 0}) == "a.toml:12: wrong");
    CHECK(at({"a.toml", 0, 0}) == "a.toml: wrong");
    CHECK(at({"", 12, 8}) == "12:8: wrong");
}

TEST_CASE("model::Error: grows outwards") {
    Error error{ErrorKind::Timeout, "no answer"};
    CHECK(std::move(error).within("broker-1").message == "broker-1: no answer");
}

TEST_CASE("model::Result: KW_TRY hands on the value or leaves with the error") {
    CHECK(quarter(8).value() == 2);
    CHECK(quarter(6).error().message == "expected an even number");
    CHECK(quarter(3).error().message == "expected an even number");
}
