#include "cli/import.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

#include <fmt/format.h>
#include <glob.h>
#include <yaml-cpp/yaml.h>

#include "cli/exit_code.h"
#include "model/labels.h"
#include "model/time.h"
#include "model/utf8.h"

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

Duration duration_of(const YAML::Node& map, const std::string& key, Duration otherwise) {
    if (!map[key]) return otherwise;
    const auto duration = parse_duration(text_of(map[key], key));
    if (!duration)
        throw WrongShape{map[key].Mark(), fmt::format("{}: {}", key, duration.error().message)};
    return *duration;
}

// A basic string of TOML 1.0.
std::string toml_string(std::string_view text) {
    std::string quoted_text = "\"";
    for (const char c : valid_utf8(text)) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            quoted_text += {'\\', c};
        else if (code < 0x20 || code == 0x7F)
            quoted_text += fmt::format("\\u{:04X}", code);
        else
            quoted_text += c;
    }
    return quoted_text + '"';
}

// Why we cannot give a target this label; "" if we can.
std::string_view refused_label(std::string_view name) {
    if (name == "instance") return "an instance is the target's name here";
    if (name == "job") return "a job is the target's kind here";
    if (name == "cluster") return "the cluster is that of [agent] here";
    if (name.starts_with("__")) return "it only steers Prometheus";
    if (!is_plain_label_name(name)) return "a label's name has letters, digits and _ here";
    return "";
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
    Import(const std::string& file, const FindFiles& find_files)
        : file_(file), find_files_(find_files) {}

    Imported run(const YAML::Node& root) {
        if (!root.IsMap()) throw WrongShape{root.Mark(), "a Prometheus configuration is a map"};
        global(root["global"]);
        std::string sinks = alertmanagers(root["alerting"]);
        std::string targets;
        for (const auto& job : root["scrape_configs"]) targets += scrape_config(job);
        std::string toml;
        if (!cluster_.empty())
            toml += fmt::format("[agent]\ncluster = {}\n\n", toml_string(cluster_));
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
        interval_ = duration_of(node, "scrape_interval", interval_);
        timeout_ = duration_of(node, "scrape_timeout", timeout_);
        const auto labels = node["external_labels"];
        if (labels && labels["cluster"]) cluster_ = text_of(labels["cluster"], "cluster");
        if (labels) leave(labels, {"cluster"}, "global.external_labels.");
        leave(node, {"scrape_interval", "scrape_timeout", "external_labels"}, "global.");
    }

    std::string rule_files(const YAML::Node& node) {
        std::vector<std::string> paths;
        for (const auto& entry : node) {
            const auto path = text_of(entry, "a path of rule_files");
            if (path.find_first_of("*?[") == path.npos) {
                paths.push_back(path);
                continue;
            }
            const auto found = find_files_(path);
            if (found.empty()) note(entry, fmt::format("rule_files: {} fits no file", path));
            paths.insert(paths.end(), found.begin(), found.end());
        }
        if (paths.empty()) return "";
        for (auto& path : paths) path = toml_string(path);
        return fmt::format("[rules]\npaths = [{}]\n\n", fmt::join(paths, ", "));
    }

    // As Prometheus does it: a timeout that was not set for the job is cut to its interval.
    std::string times(const YAML::Node& job) const {
        const auto interval = duration_of(job, "scrape_interval", interval_);
        const auto timeout = duration_of(job, "scrape_timeout", timeout_);
        const bool own = job["scrape_timeout"].IsDefined();
        if (own && timeout > interval) {
            throw WrongShape{job["scrape_timeout"].Mark(),
                             fmt::format("scrape_timeout {} is longer than scrape_interval {}",
                                         format_duration(timeout), format_duration(interval))};
        }
        return fmt::format("interval = \"{}\"\ntimeout = \"{}\"\n", format_duration(interval),
                           format_duration(std::min(timeout, interval)));
    }

    std::string labels(const YAML::Node& node, std::string_view where) {
        std::string carried;
        for (const auto& label : node) {
            const auto name = label.first.Scalar();
            if (const auto reason = refused_label(name); !reason.empty()) {
                note(label.first,
                     fmt::format("{}labels.{} is not carried over: {}", where, name, reason));
                continue;
            }
            carried += fmt::format("{}{} = {}", carried.empty() ? "" : ", ", name,
                                   toml_string(text_of(label.second, "a label")));
        }
        return carried.empty() ? "" : fmt::format("labels = {{ {} }}\n", carried);
    }

    std::string scrape_config(const YAML::Node& job) {
        if (!job.IsMap()) throw WrongShape{job.Mark(), "a scrape config must be a map"};
        if (!job["job_name"]) throw WrongShape{job.Mark(), "job_name is required"};
        const auto name = text_of(job["job_name"], "job_name");
        const auto where = fmt::format("scrape_configs: {}: ", name);
        const auto scheme = job["scheme"] ? text_of(job["scheme"], "scheme") : "http";
        const auto path = job["metrics_path"] ? text_of(job["metrics_path"], "metrics_path")
                                              : std::string("/metrics");
        const auto settings = fmt::format("kind = \"{}\"\n{}", kind_of(name), times(job));
        std::string targets;
        for (const auto& group : job["static_configs"]) {
            const auto common = settings + labels(group["labels"], where);
            for (const auto& target : group["targets"]) {
                const auto address = text_of(target, "a target");
                targets += fmt::format("[[target]]\nname = {}\nurl = {}\n{}\n",
                                       toml_string(unique(target, name, address)),
                                       toml_string(fmt::format("{}://{}{}", scheme, address, path)),
                                       common);
            }
        }
        leave(job,
              {"job_name", "scheme", "metrics_path", "scrape_interval", "scrape_timeout",
               "static_configs"},
              where);
        return targets;
    }

    // Two jobs may ask one address by different paths; our names are the instances.
    std::string unique(const YAML::Node& target, const std::string& job,
                       const std::string& address) {
        auto name = address;
        for (int n = 1; !names_.insert(name).second; ++n)
            name = n == 1 ? fmt::format("{} {}", address, job)
                          : fmt::format("{} {} {}", address, job, n);
        if (name != address)
            note(target, fmt::format("{} is a target of two jobs: here its instance is {}", address,
                                     keepwatch::quoted(name)));
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
                    sinks += fmt::format("[[sink]]\nname = {}\nkind = \"alertmanager\"\n"
                                         "url = {}\n\n",
                                         toml_string(address),
                                         toml_string(fmt::format("{}://{}", scheme, address)));
                }
            leave(manager, {"scheme", "static_configs"}, "alerting.alertmanagers: ");
        }
        leave(alerting, {"alertmanagers"}, "alerting.");
        return sinks;
    }

    std::string file_;
    const FindFiles& find_files_;
    Duration interval_ = minutes(1); // Prometheus's own defaults.
    Duration timeout_ = seconds(10);
    std::string cluster_;
    std::set<std::string> names_;
    std::vector<std::string> not_carried_;
};

} // namespace

Result<Imported> import_prometheus(std::string_view yaml, const std::string& file_name,
                                   const FindFiles& find_files) {
    try {
        return Import(file_name, find_files).run(YAML::Load(std::string(yaml)));
    } catch (const WrongShape& wrong) {
        return Error{ErrorKind::InvalidInput, wrong.what, locate(file_name, wrong.at)};
    } catch (const YAML::Exception& error) {
        return Error{ErrorKind::InvalidInput, error.msg, locate(file_name, error.mark)};
    }
}

std::vector<std::string> files_fitting(const std::string& pattern, const std::string& folder) {
    const auto whole = (std::filesystem::path(folder) / pattern).string();
    glob_t found{};
    std::vector<std::string> paths;
    if (glob(whole.c_str(), GLOB_MARK, nullptr, &found) == 0) {
        paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    }
    globfree(&found);
    return paths;
}

int import_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        fmt::print(stderr, "{}: {}\n", path, std::generic_category().message(errno));
        return kFailure;
    }
    std::ostringstream text;
    text << file.rdbuf();
    // The TOML may be put anywhere, so what was looked up is given in full.
    const auto folder = std::filesystem::absolute(path).parent_path().string();
    const auto find_files = [&](const std::string& pattern) {
        return files_fitting(pattern, folder);
    };
    const auto imported = import_prometheus(text.str(), path, find_files);
    if (!imported) {
        fmt::print(stderr, "{}\n", imported.error().to_string());
        return kFailure;
    }
    fmt::print("{}", imported->toml);
    for (const auto& line : imported->not_carried) fmt::print(stderr, "{}\n", line);
    return kOk;
}

} // namespace keepwatch::cli
