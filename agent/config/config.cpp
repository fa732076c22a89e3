#include "config/config.h"

#include <array>
#include <charconv>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "config/document.h"
#include "config/folder.h"
#include "config/sink_table.h"
#include "config/table_reader.h"
#include "config/target_table.h"
#include "model/url.h"

namespace keepwatch::config {
namespace {

constexpr std::array<Choice<Retain::What>, 3> kRetainWords{
    {{"rules", Retain::What::Rules},
     {"dashboards", Retain::What::Dashboards},
     {"all", Retain::What::All}}};

bool is_listen_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const auto digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return failed == std::errc() && end == digits.data() + digits.size();
}

void read_agent(TableReader& root, const Folder& folder, Config& config) {
    auto agent = root.table("agent");
    if (!agent) return;
    agent->optional("cluster", config.cluster)
        .optional("whole_cluster", config.whole_cluster)
        .optional("data_dir", config.data_dir);
    if (agent->has("data_dir")) folder.resolve(config.data_dir);
    agent->finish();
}

void read_serve(TableReader& root, Config& config) {
    auto serve = root.table("serve");
    if (!serve) return;
    serve->optional("listen", config.listen).optional("external_url", config.external_url);
    if (!is_listen_address(config.listen))
        serve->fail("listen", fmt::format("must be HOST:PORT such as \"127.0.0.1:9797\", not {}",
                                          keepwatch::quoted(config.listen)));
    auto& url = config.external_url;
    if (const auto parsed = parse_url(url); !url.empty() && !parsed)
        serve->fail("external_url", parsed.error().message);
    while (url.ends_with('/')) url.pop_back();
    serve->finish();
}

void read_receive(TableReader& root, Config& config) {
    auto receive = root.table("receive");
    if (!receive) return;
    receive->optional("remote_write", config.receive_remote_write);
    receive->finish();
}

void read_promql(TableReader& root, Config& config) {
    auto promql = root.table("promql");
    if (!promql) return;
    if (promql->has("features")) {
        auto& features = config.promql_features.emplace();
        promql->optional_or_empty("features", features.names);
        for (std::size_t i = 0; i < features.names.size(); ++i)
            features.at.push_back(promql->at("features", i));
    }
    promql->finish();
}

void read_retain(TableReader& store, Retain& retain) {
    switch (store.type_of("retain")) {
    case TableReader::Type::Absent:
        return;
    case TableReader::Type::String:
        store.optional("retain", retain.what, kRetainWords);
        return;
    case TableReader::Type::List:
        break;
    default:
        store.fail("retain", "must be \"rules\", \"dashboards\", \"all\" or a list of selectors");
        return;
    }
    retain.what = Retain::What::Selectors;
    store.optional("retain", retain.selectors);
    for (std::size_t i = 0; i < retain.selectors.size(); ++i)
        retain.selectors_at.push_back(store.at("retain", i));
}

void read_store(TableReader& root, const Folder& folder, Config& config) {
    auto store = root.table("store");
    if (!store) return;
    read_retain(*store, config.retain);
    store->optional("retention", config.retention)
        .optional("dashboards", config.dashboard_paths)
        .optional("series_max", config.bounds.series_max)
        .optional("bytes_max", config.bounds.bytes_max);
    folder.resolve(config.dashboard_paths);
    const bool dashboards = config.retain.what == Retain::What::Dashboards;
    if (dashboards && config.dashboard_paths.empty())
        store->fail("retain", "of \"dashboards\" needs store.dashboards, a list of paths");
    if (!dashboards && store->has("dashboards"))
        store->fail("dashboards", "is only for retain = \"dashboards\"");
    store->finish();
}

void read_pages(TableReader& root, Bounds& bounds) {
    auto pages = root.table("pages");
    if (!pages) return;
    pages->optional("samples_max", bounds.samples_max)
        .optional("line_bytes_max", bounds.line_bytes_max)
        .optional("labels_max", bounds.labels_max)
        .optional("label_value_bytes_max", bounds.label_value_bytes_max);
    pages->finish();
}

// [rules.params.PACK], whose keys only the packs know.
void read_rule_params(TableReader& rules, Config& config) {
    auto packs = rules.table("params");
    if (!packs) return;
    for (const auto& pack : packs->keys()) {
        auto params = packs->table(pack);
        if (!params) continue;
        for (const auto& name : params->keys()) {
            Scalar value;
            params->optional(name, value);
            if (!value.text.empty())
                config.rule_params.push_back(
                    {pack, name, value.is_number, value.text, params->at(name)});
        }
    }
}

void read_rules(TableReader& root, const Folder& folder, Config& config) {
    auto rules = root.table("rules");
    if (!rules) return;
    rules->optional_or_empty("paths", config.rule_paths);
    folder.resolve(config.rule_paths);
    read_rule_params(*rules, config);
    rules->finish();
}

void read_runbooks(TableReader& root, const Folder& folder, Config& config) {
    auto runbooks = root.table("runbooks");
    if (!runbooks) return;
    runbooks->optional_or_empty("paths", config.runbook_paths)
        .optional("base_url", config.runbook_base_url);
    folder.resolve(config.runbook_paths);
    auto& base = config.runbook_base_url;
    if (const auto url = parse_url(base); !base.empty() && !url)
        runbooks->fail("base_url", url.error().message);
    while (base.ends_with('/')) base.pop_back();
    runbooks->finish();
}

// Names are what states and labels are kept under.
template <class Named> void refuse_duplicate(TableReader& reader, const Named& named,
                                             std::map<std::string, Location>& seen) {
    if (named.name.empty()) return;
    const auto at = reader.at("name");
    const auto [first, added] = seen.emplace(named.name, at);
    if (!added)
        reader.fail("name", fmt::format("{} is already used in line {}",
                                        keepwatch::quoted(named.name), first->second.line));
}

void read_targets(TableReader& root, const Folder& folder, Config& config) {
    std::map<std::string, Location> seen;
    for (auto& reader : root.tables("target")) {
        config.targets.push_back(read_target(reader, folder));
        refuse_duplicate(reader, config.targets.back(), seen);
    }
}

void read_sinks(TableReader& root, const Folder& folder, Config& config) {
    std::map<std::string, Location> seen;
    for (auto& reader : root.tables("sink")) {
        auto sinks = read_sinks(reader, folder);
        refuse_duplicate(reader, sinks.front(), seen);
        std::move(sinks.begin(), sinks.end(), std::back_inserter(config.sinks));
    }
}

void read_egress(TableReader& root, const Folder& folder, Egress& egress) {
    auto table = root.table("egress");
    if (!table) return;
    table->optional("proxy", egress.proxy)
        .optional("no_proxy", egress.no_proxy)
        .optional("allow_link_local", egress.allow_link_local)
        .optional("ca_file", egress.ca_file)
        .optional("certificate_file", egress.certificate_file)
        .optional("key_file", egress.key_file);
    const auto proxy = parse_url(egress.proxy);
    if (!egress.proxy.empty() && (!proxy || proxy->scheme != "http"))
        table->fail("proxy", "must be a URL such as http://proxy:3128");
    if (table->has("no_proxy") && !table->has("proxy"))
        table->fail("no_proxy", "means nothing without proxy");
    if (table->has("key_file") && !table->has("certificate_file"))
        table->fail("key_file", "means nothing without certificate_file");
    for (auto* path : {&egress.ca_file, &egress.certificate_file, &egress.key_file})
        if (!path->empty()) folder.resolve(*path);
    table->finish();
}

LoadedConfig read_document(const Document& document) {
    LoadedConfig loaded;
    const Folder folder(document.file());
    TableReader root(document, loaded.errors);
    read_agent(root, folder, loaded.config);
    read_serve(root, loaded.config);
    read_receive(root, loaded.config);
    read_promql(root, loaded.config);
    read_store(root, folder, loaded.config);
    read_pages(root, loaded.config.bounds);
    read_targets(root, folder, loaded.config);
    read_rules(root, folder, loaded.config);
    read_runbooks(root, folder, loaded.config);
    read_sinks(root, folder, loaded.config);
    read_egress(root, folder, loaded.config.egress);
    if (root.type_of("route") != TableReader::Type::Absent)
        root.fail("route", "is not supported yet; every sink gets every notification");
    root.finish();
    return loaded;
}

LoadedConfig read(const Result<Document>& document) {
    if (document) return read_document(*document);
    LoadedConfig loaded;
    loaded.errors.push_back(document.error());
    return loaded;
}

} // namespace

LoadedConfig load_config(const std::string& path) {
    return read(Document::load(path));
}

LoadedConfig parse_config(std::string_view text, const std::string& file_name) {
    return read(Document::parse(text, file_name));
}

std::vector<TargetInfo> target_infos(const Config& config) {
    std::vector<TargetInfo> infos;
    for (const auto& target : config.targets) {
        TargetInfo info;
        info.name = target.name;
        info.kind = name(target.kind);
        info.interval = target.interval;
        LabelsBuilder labels;
        for (const auto& [label, value] : target.labels) labels.set(label, value);
        labels.set("cluster", config.cluster).set("instance", info.name).set("job", info.kind);
        info.labels = labels.build();
        infos.push_back(std::move(info));
    }
    return infos;
}

} // namespace keepwatch::config
