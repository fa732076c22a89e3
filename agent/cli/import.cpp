#include "cli/import.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "cli/exit_code.h"
#include "model/labels.h"

namespace keepwatch::cli {
namespace {

// A value of the wrong shape ends the import; caught where it begins.
struct WrongShape {
    YAML::Mark at;
    std::string what;
};

Location locate(const std::string& file, const YAML::Mark& mark) {
    if (mark.is_null()) return {file, 0, 0};
    return {file, static_cast<std::uint32_t>(mark.line + 1),
            static_cast<std::uint32_t>(mark.column + 1)};
}

std::string text_of(const YAML::Node& node, std::string_view what) {
    if (!node.IsScalar()) throw WrongShape{node.Mark(), fmt::format("{} must be a string", what)};
    return node.Scalar();
}

// Our kinds by the words that people put into names of jobs; `url` is HTTP for all of them.
std::string_view kind_of(std::string job) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> words{
        {{"mirror", "mirrormaker"},
         {"connect", "connect"},
         {"zookeeper", "zookeeper"},
         {"zk", "zookeeper"},
         {"node", "host"},
         {"host", "host"},
         {"kafka", "kafka"},
         {"broker", "kafka"}}};
    std::transform(job.begin(), job.end(), job.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    // An exporter of lag or of the cluster is no broker, whatever its name says.
    if (job.find("exporter") != job.npos && job.find("jmx") == job.npos &&
        job.find("node") == job.npos)
        return "prometheus";
    for (const auto& [word, kind] : words)
        if (job.find(word) != job.npos) return kind;
    return "prometheus";
}

class Import {
public:
    explicit Import(const std::string& file) : file_(file) {}

    Imported run(const YAML::Node& root) {
        if (!root.IsMap()) throw WrongShape{root.Mark(), "a Prometheus configuration is a map"};
        global(root["global"]);
        std::string sinks = alertmanagers(root["alerting"]);
        std::string targets;
        for (const auto& job : root["scrape_configs"]) targets += scrape_config(job);
        std::string toml;
        if (!cluster_.empty()) toml += fmt::format("[agent]\ncluster = {}\n\n", quoted(cluster_));
        toml += rule_files(root["rule_files"]) + targets + sinks;
        leave(root, {"global", "alerting", "scrape_configs", "rule_files"}, "");
        return {std::move(toml), std::move(not_carried_)};
    }

private:
    void note(const YAML::Node& node, std::string_view what) {
        Error left{ErrorKind::InvalidInput, std::string(what), locate(file_, node.Mark())};
        not_carried_.push_back(left.to_string());
    }

    // Names every field that is not among the known ones.
    void leave(const YAML::Node& map, std::initializer_list<std::string_view> known,
               std::string_view where) {
        for (const auto& entry : map) {
            const auto key = entry.first.Scalar();
            if (std::find(known.begin(), known.end(), key) == known.end())
                note(entry.first, fmt::format("{}{} is not carried over", where, key));
        }
    }

    void global(const YAML::Node& node) {
        if (!node) return;
        if (node["scrape_interval"]) interval_ = text_of(node["scrape_interval"], "scrape_interval");
        if (node["scrape_timeout"]) timeout_ = text_of(node["scrape_timeout"], "scrape_timeout");
        const auto labels = node["external_labels"];
        if (labels && labels["cluster"]) cluster_ = text_of(labels["cluster"], "cluster");
        if (labels) leave(labels, {"cluster"}, "global.external_labels.");
        leave(node, {"scrape_interval", "scrape_timeout", "external_labels"}, "global.");
    }

    std::string rule_files(const YAML::Node& node) {
        std::string paths;
        for (const auto& path : node)
            paths += fmt::format("{}{}", paths.empty() ? "" : ", ",
                                 quoted(text_of(path, "a path of rule_files")));
        return paths.empty() ? "" : fmt::format("[rules]\npaths = [{}]\n\n", paths);
    }

    std::string scrape_config(const YAML::Node& job) {
        const auto name = text_of(job["job_name"], "job_name");
        const auto where = fmt::format("scrape_configs: {}: ", name);
        const auto field = [&](const char* key, const std::string& otherwise) {
            return job[key] ? text_of(job[key], key) : otherwise;
        };
        const auto scheme = field("scheme", "http");
        const auto path = field("metrics_path", "/metrics");
        std::string settings = fmt::format("kind = \"{}\"\ninterval = {}\n", kind_of(name),
                                           quoted(field("scrape_interval", interval_)));
        if (const auto timeout = field("scrape_timeout", timeout_); !timeout.empty())
            settings += fmt::format("timeout = {}\n", quoted(timeout));
        std::string targets;
        for (const auto& group : job["static_configs"]) {
            std::string labels;
            for (const auto& label : group["labels"])
                labels += fmt::format("{}{} = {}", labels.empty() ? "" : ", ",
                                      quoted(label.first.Scalar()),
                                      quoted(text_of(label.second, "a label")));
            for (const auto& target : group["targets"]) {
                const auto address = text_of(target, "a target");
                targets += fmt::format(
                    "[[target]]\nname = {}\nurl = {}\n{}", quoted(unique(name, address)),
                    quoted(fmt::format("{}://{}{}", scheme, address, path)), settings);
                targets += labels.empty() ? "\n" : fmt::format("labels = {{ {} }}\n\n", labels);
            }
        }
        leave(job,
              {"job_name", "scheme", "metrics_path", "scrape_interval", "scrape_timeout",
               "static_configs"},
              where);
        return targets;
    }

    // Two jobs may ask one address by different paths; our names are the instances.
    std::string unique(const std::string& job, const std::string& address) {
        auto name = address;
        for (int n = 1; !names_.insert(name).second; ++n)
            name = n == 1 ? fmt::format("{} {}", address, job)
                          : fmt::format("{} {} {}", address, job, n);
        return name;
    }

    std::string alertmanagers(const YAML::Node& alerting) {
        std::string sinks;
        if (!alerting) return sinks;
        for (const auto& manager : alerting["alertmanagers"]) {
            const auto scheme =
                manager["scheme"] ? text_of(manager["scheme"], "scheme") : std::string("http");
            for (const auto& group : manager["static_configs"])
                for (const auto& target : group["targets"]) {
                    const auto address = text_of(target, "a target");
                    note(target, fmt::format("alertmanager {}: written as a comment, because "
                                             "Alertmanager can't be sent to yet",
                                             address));
                    sinks += fmt::format("# [[sink]]\n# name = {}\n# kind = \"alertmanager\"\n"
                                         "# url = {}\n\n",
                                         quoted(address),
                                         quoted(fmt::format("{}://{}", scheme, address)));
                }
            leave(manager, {"scheme", "static_configs"}, "alerting.alertmanagers: ");
        }
        leave(alerting, {"alertmanagers"}, "alerting.");
        return sinks;
    }

    std::string file_;
    std::string interval_ = "1m"; // Prometheus's own defaults.
    std::string timeout_;
    std::string cluster_;
    std::set<std::string> names_;
    std::vector<std::string> not_carried_;
};

} // namespace

Result<Imported> import_prometheus(std::string_view yaml, const std::string& file_name) {
    try {
        return Import(file_name).run(YAML::Load(std::string(yaml)));
    } catch (const WrongShape& wrong) {
        return Error{ErrorKind::InvalidInput, wrong.what, locate(file_name, wrong.at)};
    } catch (const YAML::Exception& error) {
        return Error{ErrorKind::InvalidInput, error.msg, locate(file_name, error.mark)};
    }
}

int import_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        fmt::print(stderr, "{}: {}\n", path, std::strerror(errno));
        return kFailure;
    }
    std::ostringstream text;
    text << file.rdbuf();
    const auto imported = import_prometheus(text.str(), path);
    if (!imported) {
        fmt::print(stderr, "{}\n", imported.error().to_string());
        return kFailure;
    }
    fmt::print("{}", imported->toml);
    for (const auto& line : imported->not_carried) fmt::print(stderr, "{}\n", line);
    return kOk;
}

} // namespace keepwatch::cli
