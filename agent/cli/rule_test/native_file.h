#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/rule_test/input_series.h"
#include "config/rule_param.h"
#include "config/table_reader.h"
#include "model/result.h"
#include "model/time.h"

// Tests of rules in our own form, which stand beside the packs:
//
//     rules    = ["../replication.toml"]
//     interval = "15s"                     # Of the values, and of scrapes.
//     [[test]]
//     name   = "a dead broker pages after a minute"
//     series = [{ series = 'urp{instance="b1",job="kafka"}', values = "0x8 12x40" }]
//     [[test.expect]]
//     at     = "4m"
//     alert  = "KafkaUnderReplicatedPartitions"
//     firing = [{ instance = "b1" }]
namespace keepwatch::cli::rule_test {

struct NativeExpectation {
    using Alerts = std::vector<config::StringMap>; // Of each, labels that it must have.
    Duration at;
    std::string alert;
    std::optional<Alerts> firing;                    // Exactly so many.
    std::optional<Alerts> pending;                   // Likewise.
    std::optional<std::vector<std::string>> summary; // Of those that fire, in the same order.
    Location where;
};

struct NativeTest {
    std::string name;
    std::vector<InputSeries> series;
    std::vector<NativeExpectation> expectations;
    Location where;
};

struct NativeFile {
    std::vector<std::string> rules; // Files or folders; relative ones are resolved.
    Duration interval = seconds(15);
    Timestamp start;     // Of every test.
    std::string cluster; // The label of targets that give none.
    bool whole_cluster = true;
    std::vector<config::RuleParam> params;
    std::vector<NativeTest> tests;
};

struct LoadedNativeFile {
    NativeFile file;
    std::vector<Error> errors;
};
LoadedNativeFile parse_native_file(std::string_view text, const std::string& name);
LoadedNativeFile parse_native_file(const config::Document& document);

} // namespace keepwatch::cli::rule_test
