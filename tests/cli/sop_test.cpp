#include <doctest/doctest.h>

#include <cstdio>
#include <string>

#include "cli/exit_code.h"
#include "cli/sop.h"

using namespace keepwatch;
using namespace keepwatch::cli;

namespace {

const std::string kRoot = KEEPWATCH_SOURCE_DIR;

SopOptions options_for(std::string page) {
    SopOptions options;
    options.packs = {{kRoot + "/rules"}, {kRoot + "/runbooks"}};
    options.page = std::move(page);
    options.recording = kRoot + "/tests/demo/broker-killed.kwr";
    return options;
}

} // namespace

TEST_CASE("cli::sop: what is shipped is listed and has no findings") {
    CHECK(sop_list(options_for("")) == kOk);
    CHECK(sop_lint(options_for("")) == kOk);
}

TEST_CASE("cli::sop: a page is found by its id and by its alert's name, and no other") {
    CHECK(sop_show(options_for("KW-KAFKA-BROKER-PROCESS-DOWN")) == kOk);
    CHECK(sop_show(options_for("KafkaBrokerProcessDown")) == kOk);
    CHECK(sop_show(options_for("NoSuchAlert")) == kFailure);
}

TEST_CASE("cli::sop: a page is rendered where its alert fires, and nowhere else") {
    CHECK(sop_render(options_for("KafkaBrokerProcessDown")) == kOk);
    auto before = options_for("KafkaBrokerProcessDown");
    before.at = Timestamp{1};
    CHECK(sop_render(before) == kFailure);
    CHECK(sop_render(options_for("HostDiskFilling")) == kFailure);
}
