#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "alert/rule.h"
#include "exposition/page_reader.h"
#include "model/target.h"
#include "runbook/runbook.h"
#include "series/matcher.h"

namespace keepwatch::engine {

// Which series are kept, besides those that rules and SOPs read.
struct Retain {
    bool all = false;
    std::vector<std::vector<series::Matcher>> selectors;
};

// Everything an Engine is built from. What is not in here cannot change what it does.
struct Setup {
    std::vector<TargetInfo> targets; // By TargetId.
    bool whole_cluster = false;      // All brokers are targets: rules of cluster scope are loaded.
    alert::RuleSet rules;
    Duration group_interval = minutes(1); // Of Prometheus groups that name none.
    runbook::RunbookLibrary runbooks;
    std::string runbook_base_url;
    std::vector<std::string> sinks; // By name.
    Labels external_labels;
    std::string external_url;
    Retain retain;
    Duration retention = hours(2);
    exposition::Limits page_limits;
};

} // namespace keepwatch::engine
