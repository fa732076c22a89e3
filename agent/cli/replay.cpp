#include "cli/replay.h"

#include <cstdio>

#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/report.h"
#include "engine/blindness.h"
#include "engine/engine.h"
#include "journal/encoding.h"
#include "recording/recording.h"

namespace keepwatch::cli {
namespace {

void print(const std::vector<engine::Outcome>& outcomes, bool json) {
    for (const auto& outcome : outcomes) {
        if (!json) {
            fmt::print("{}", to_text(outcome, Colour::No));
        } else if (const auto line = to_json(outcome); !line.empty()) {
            fmt::print("{}\n", line);
        }
    }
}

} // namespace

int replay(const ReplayOptions& options) {
    auto recording = recording::Recording::open(options.recording);
    if (!recording) {
        fmt::print(stderr, "{}\n", recording.error().to_string());
        return kFailure;
    }
    const auto memory = recording->memory().empty() ? engine::Memory()
                                                    : journal::decode_memory(recording->memory());
    if (!memory) {
        fmt::print(stderr, "{}: {}\n", options.recording, memory.error().to_string());
        return kFailure;
    }
    auto loaded = load_for(recording->header(), or_default(options.packs));
    loaded.setup.runbook_base_url = options.base_url;
    for (const auto& error : loaded.errors) fmt::print(stderr, "{}\n", error.to_string());

    engine::Engine engine(std::move(loaded.setup), *memory);
    std::size_t events = 0;
    while (const auto event = recording->next()) {
        print(engine.apply(*event), options.json);
        ++events;
    }
    for (const auto& error : recording->damage()) fmt::print(stderr, "{}\n", error.to_string());
    for (const auto& rule : engine.rules().left_out())
        fmt::print(stderr, "{}: left out, it needs all brokers of the cluster as targets\n", rule);
    for (const auto& rule : engine::blind_rules(engine)) fmt::print(stderr, "{}\n", to_text(rule));
    const auto span = recording->last() - recording->first();
    fmt::print(stderr, "{} events over {}\n", events, format_duration(span));
    return loaded.errors.empty() && recording->damage().empty() ? kOk : kFailure;
}

} // namespace keepwatch::cli
