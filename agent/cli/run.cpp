#include "cli/run.h"

#include <cstdio>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "cli/agent.h"
#include "cli/allocator.h"
#include "cli/exit_code.h"
#include "cli/load.h"
#include "cli/report.h"
#include "journal/encoding.h"

namespace keepwatch::cli {
namespace {

struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

std::shared_ptr<spdlog::logger> make_log() {
    auto log = spdlog::stderr_color_mt("keepwatch");
    log->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
    return log;
}

AgentHooks hooks_for(spdlog::logger& log, std::FILE* transitions) {
    AgentHooks hooks;
    hooks.log = [&log](std::string_view line) { log.info("{}", line); };
    hooks.outcome = [&log, transitions](const engine::Outcome& outcome) {
        const auto& step = outcome.step;
        log.info("{} {} -> {}: {}", step.rule, step.alert.source.to_string(), name(step.to),
                 step.reason);
        const auto line = to_json(outcome);
        if (transitions == nullptr || line.empty()) return;
        fmt::print(transitions, "{}\n", line);
        std::fflush(transitions);
    };
    return hooks;
}

// Says what is wrong; false if the agent cannot run at all.
bool accept(const Loaded& loaded, spdlog::logger& log) {
    for (const auto& error : loaded.config_errors) log.error("{}", error.to_string());
    // A bad rule must not silence the good ones.
    for (const auto& error : loaded.content_errors) log.error("left out: {}", error.to_string());
    return loaded.config_errors.empty();
}

Result<void> open_recorder(Agent& agent, const std::string& path, std::string_view memory) {
    if (path.empty()) return {};
    KW_TRY(auto recorder,
           recording::Recorder::create(path, header_of(agent.engine().setup()), {}, memory));
    agent.record(std::move(recorder));
    return {};
}

} // namespace

int run(const RunOptions& options) {
    keep_memory_small();
    const auto log = make_log();
    auto loaded = load(options.config);
    if (!accept(loaded, *log)) return kFailure;
    const auto listen = options.listen.empty() ? loaded.config.listen : options.listen;

    const File transitions(
        options.transitions.empty() ? nullptr : std::fopen(options.transitions.c_str(), "a"));
    if (!options.transitions.empty() && !transitions) {
        log->error("{}: cannot be opened for appending", options.transitions);
        return kFailure;
    }

    asio::io_context io(1);
    const net::RealClock clock;
    const auto problems = loaded.content_errors.size();
    const auto folder = options.data_dir.empty() ? loaded.config.data_dir : options.data_dir;
    auto keeper = std::make_unique<Keeper>(io.get_executor(), folder, loaded.config.sinks);
    const bool resumes = !options.record.empty() && !keeper->memory().empty();
    const auto memory = resumes ? journal::encode(keeper->memory()) : std::string();
    Agent agent(io.get_executor(), clock, std::move(loaded), hooks_for(*log, transitions.get()),
                std::move(keeper));
    agent.count_content_errors(problems);
    if (auto opened = open_recorder(agent, options.record, memory); !opened) {
        log->error("{}", opened.error().to_string());
        return kFailure;
    }
    if (auto started = agent.start(listen); !started) {
        log->error("{}", started.error().to_string());
        return kFailure;
    }
    const auto& engine = agent.engine();
    log->info("{} targets, {} rules, port {}", engine.target_count(), engine.rules().rules().size(),
              agent.port());
    for (const auto& rule : engine.rules().left_out())
        log->info("{}: left out, it needs agent.whole_cluster = true", rule);

    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code cancelled, int signal) {
        if (cancelled) return;
        log->info("{} received, stopping", signal == SIGTERM ? "SIGTERM" : "SIGINT");
        agent.stop();
    });
    io.run();
    return kOk;
}

} // namespace keepwatch::cli
