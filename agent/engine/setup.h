#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "alert/rule.h"
#include "exposition/page_reader.h"
#include "model/target.h"
#include "routing/router.h"
#include "runbook/runbook.h"
#include "series/matcher.h"

namespace keepwatch::engine {

// Which series are kept, besides those that rules and SOPs read.
struct Retain {
    bool all = false;
    std::vector<std::vector<series::Matcher>> selectors;
};

// What of the series that others write to us is kept.
struct PushLimits {
    // Beyond it those are forgotten that were not written to for `quiet_max`; if there are none,
    // new series are refused.
    std::size_t series_max = 200'000;
    // Of 16 bytes. Beyond it all series forget the older half of their samples.
    std::size_t samples_max = 10'000'000;
    Duration quiet_max = hours(2);
};

// Everything an Engine is built from. What is not in here cannot change what it does.
struct Setup {
    std::vector<TargetInfo> targets; // By TargetId.
    bool whole_cluster = false;      // All brokers are targets: rules of cluster scope are loaded.
    alert::RuleSet rules;
    Duration group_interval = minutes(1); // Of Prometheus groups that name none.
    runbook::RunbookLibrary runbooks;
    std::string runbook_base_url;
    std::vector<routing::SinkInfo> sinks;
    Labels external_labels;
    std::string external_url;
    Retain retain;
    Duration retention = hours(2);
    std::size_t series_max = 500'000;               // That are kept, of targets and rules,
    std::size_t bytes_max = std::size_t{512} << 20; // and what they may take, estimated.
    exposition::Limits page_limits;
    PushLimits push_limits;
};

} // namespace keepwatch::engine
