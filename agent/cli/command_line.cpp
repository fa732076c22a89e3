#include "cli/command_line.h"

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/check.h"
#include "cli/demo.h"
#include "cli/exit_code.h"
#include "cli/exporter_config.h"
#include "cli/exporter_config_beans.h"
#include "cli/import.h"
#include "cli/play.h"
#include "cli/query.h"
#include "cli/record.h"
#include "cli/replay.h"
#include "cli/run.h"
#include "cli/sop.h"
#include "cli/test.h"

namespace keepwatch::cli {
namespace {

// What the chosen subcommand does; filled in by its callback, run after the whole line was read.
using Chosen = std::function<int()>;

template <class Options> void choose(CLI::App& command, Chosen& chosen,
                                     const std::shared_ptr<Options>& options,
                                     int (*act)(const Options&)) {
    command.callback(
        [&chosen, options, act] { chosen = [options, act] { return act(*options); }; });
}

CLI::Validator is_duration() {
    return {[](std::string& text) {
                const auto parsed = parse_duration(text);
                return parsed ? std::string() : parsed.error().message;
            },
            "DURATION"};
}

void add_run(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<RunOptions>();
    auto& command = *app.add_subcommand("run", "Run the agent until SIGTERM");
    command.add_option("--config", options->config, "The configuration, in TOML")->required();
    command.add_option("--listen", options->listen, "HOST:PORT of the HTTP API");
    command.add_option("--data-dir", options->data_dir, "Where state is kept");
    command.add_option("--record", options->record, "Write a flight recording to this file");
    command.add_option("--transitions", options->transitions,
                       "Append each step of each alert to this file, as JSON");
    choose(command, chosen, options, run);
}

void add_check(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<CheckOptions>();
    auto& command = *app.add_subcommand("check", "Check configurations, rules and SOPs");
    command.add_option("PATH", options->paths, "Files or folders")->required();
    command.add_flag("--lint", options->lint, "Also find rules that are valid, but hardly meant");
    command.add_flag("--show", options->show, "Print rules as evaluated, parameters put in");
    choose(command, chosen, options, check);
}

void add_import(CLI::App& app, Chosen& chosen) {
    auto path = std::make_shared<std::string>();
    auto& command = *app.add_subcommand("import", "Turn a prometheus.yml into our TOML, to stdout");
    command.add_option("FILE", *path, "prometheus.yml")->required();
    choose(command, chosen, path, import_file);
}

void add_record(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<RecordOptions>();
    auto length = std::make_shared<std::string>();
    auto& command = *app.add_subcommand("record", "Record what the targets say");
    auto* config = command.add_option("--config", options->config, "The configuration, in TOML");
    auto* folder = command.add_option("--import", options->import,
                                      "Record a folder of NAME-<unix time>.prom instead");
    config->excludes(folder);
    command.add_option("--out", options->out, "The recording")->required();
    command.add_option("--for", *length, "How long")->check(is_duration())->excludes(folder);
    command.callback([&chosen, options, length] {
        if (options->config.empty() && options->import.empty())
            throw CLI::RequiredError("--config or --import");
        if (!length->empty()) options->length = *parse_duration(*length);
        chosen = [options] { return record(*options); };
    });
}

CLI::Validator is_time() {
    return {[](std::string& text) {
                const auto parsed = parse_timestamp(text);
                return parsed ? std::string() : parsed.error().message;
            },
            "RFC3339|UNIX"};
}

// Into a field of options that the command keeps alive.
CLI::Option* add_time(CLI::App& command, const char* name, std::shared_ptr<void> options,
                      std::optional<Timestamp>& into, const char* what) {
    return command
        .add_option_function<std::string>(
            name,
            [options = std::move(options), &into](const std::string& text) {
                into = *parse_timestamp(text);
            },
            what)
        ->check(is_time());
}

std::array<CLI::Option*, 2> add_packs(CLI::App& command, Packs& packs) {
    return {command.add_option("--rules", packs.rules, "Rule files or folders"),
            command.add_option("--runbooks", packs.runbooks, "SOPs or folders of them")};
}

void add_replay(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<ReplayOptions>();
    auto& command = *app.add_subcommand("replay", "Run rules over a recording, in virtual time");
    command.add_option("RECORDING", options->recording)->required();
    add_packs(command, options->packs);
    command.add_option("--base-url", options->base_url, "Where SOPs are published");
    command.add_flag("--json", options->json, "One JSON object a line");
    choose(command, chosen, options, replay);
}

void add_test(CLI::App& app, Chosen& chosen) {
    auto paths = std::make_shared<std::vector<std::string>>();
    auto& command = *app.add_subcommand("test", "Run tests of rules: promtool's YAML, or TOML");
    command.add_option("PATH", *paths, "Files of tests, or folders of them")->required();
    choose(command, chosen, paths, test);
}

void add_query(CLI::App& app, Chosen& chosen) {
    using Format = QueryOptions::Format;
    auto options = std::make_shared<QueryOptions>();
    auto& command = *app.add_subcommand("query", "Ask PromQL of a server or a recording");
    command.add_option("EXPR", options->expr)->required();
    auto* url = command.add_option("--url", options->url, "Of anything with Prometheus's API");
    auto* from = command.add_option("--from", options->from, "A recording");
    url->excludes(from);
    auto* at = add_time(command, "--time", options, options->times.at,
                        "When; now, or the end of the recording");
    auto* start = add_time(command, "--start", options, options->times.start, "Of a range");
    auto* end = add_time(command, "--end", options, options->times.end, "Of a range");
    auto* step =
        command
            .add_option_function<std::string>(
                "--step",
                [options](const std::string& text) { options->times.step = *parse_duration(text); },
                "Between the moments of a range")
            ->check(is_duration());
    at->excludes(start)->excludes(end)->excludes(step);
    command.add_option("--format", options->format, "table, json or plot")
        ->transform(CLI::CheckedTransformer(std::map<std::string, Format>{
            {"table", Format::Table}, {"json", Format::Json}, {"plot", Format::Plot}}));
    command.callback([&chosen, options] {
        if (options->url.empty() && options->from.empty())
            throw CLI::RequiredError("--url or --from");
        chosen = [options] { return query(*options); };
    });
}

void add_sop(CLI::App& app, Chosen& chosen) {
    auto& sop = *app.add_subcommand("sop", "Read, check and render SOPs");
    sop.require_subcommand(1);
    const auto add = [&](const char* name, const char* what, int (*act)(const SopOptions&)) {
        auto options = std::make_shared<SopOptions>();
        auto& command = *sop.add_subcommand(name, what);
        add_packs(command, options->packs);
        choose(command, chosen, options, act);
        return std::make_pair(&command, options);
    };
    const auto [list, listed] = add("list", "Name all SOPs", sop_list);
    list->add_flag("--json", listed->json, "One JSON object a line");
    const auto [show, shown] = add("show", "Print one as it is written", sop_show);
    show->add_option("SOP", shown->page, "Its id, or the alert's name")->required();
    show->add_flag("--markdown", shown->raw, "As Markdown");
    const auto [lint, linted] = add("lint", "Check SOPs, and that each alert has one", sop_lint);
    lint->add_option("PATH", linted->packs.runbooks, "SOPs or folders of them");
    const auto [render, rendered] =
        add("render", "Print one as whoever is paged reads it", sop_render);
    render->add_option("SOP,--at", rendered->page, "Its id, or the alert's name")->required();
    render->add_option("--from", rendered->recording, "A recording in which it fires")->required();
    render->add_flag("--markdown", rendered->raw, "As Markdown");
    add_time(*render, "--time", rendered, rendered->at,
             "A moment at which it burns; when it first fires, if not given");
}

void add_demo(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<DemoOptions>();
    auto& command =
        *app.add_subcommand("demo", "Live through a recording with a real agent and a real pager");
    command.add_option("RECORDING", options->recording)->required();
    command.add_option("--speedup", options->speedup, "How many times as fast")
        ->check(CLI::Range(0.1, 100.0));
    add_packs(command, options->packs);
    choose(command, chosen, options, demo);
}

void add_play(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<PlayOptions>();
    auto& command = *app.add_subcommand("play", "Serve one target of a recording over HTTP");
    command.add_option("RECORDING", options->recording)->required();
    command.add_option("--target", options->target, "Its name")->required();
    command.add_option("--listen", options->listen, "HOST:PORT")->required();
    command.add_option("--at", options->start_ms, "The recorded moment, in Unix milliseconds");
    command.add_option("--speedup", options->speedup, "How many times as fast")
        ->check(CLI::Range(0.1, 100.0));
    choose(command, chosen, options, play);
}

void add_exporter_config(CLI::App& app, Chosen& chosen) {
    auto options = std::make_shared<ExporterConfigOptions>();
    auto& command = *app.add_subcommand(
        "exporter-config", "Write a JMX exporter's configuration for what rules and SOPs read");
    command.add_option("--kind", options->kind, "Of the process: kafka, zookeeper, connect, …")
        ->check(
            CLI::IsMember(std::vector<std::string>(std::begin(kBeanKinds), std::end(kBeanKinds))));
    auto* config = command.add_option("--config", options->config, "Whose rules and SOPs to take");
    for (auto* packs : add_packs(command, options->packs)) packs->excludes(config);
    auto* out = command.add_option("--out", options->out, "A file instead of stdout");
    command
        .add_flag("--tiered", options->tiered,
                  "Also FILE-few: without topics, partitions and clients, to be asked often")
        ->needs(out);
    choose(command, chosen, options, exporter_config);
}

} // namespace

int dispatch(int argc, char** argv) {
    CLI::App app("Keepwatch: monitoring and alerting on the broker's own host", "keepwatch");
    app.set_version_flag("--version", "keepwatch " KEEPWATCH_VERSION);
    app.require_subcommand(1);
    Chosen chosen;
    for (auto* add : {add_run, add_check, add_import, add_record, add_replay, add_test, add_query,
                      add_sop, add_demo, add_play, add_exporter_config})
        add(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kOk : kUsage;
    }
    return chosen();
}

} // namespace keepwatch::cli
