#include "config/target_table.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "model/url.h"

namespace keepwatch::config {
namespace {

constexpr std::array<Choice<TargetKind>, 7> kKinds{{{"kafka", TargetKind::Kafka},
                                                    {"zookeeper", TargetKind::Zookeeper},
                                                    {"connect", TargetKind::Connect},
                                                    {"mirrormaker", TargetKind::Mirrormaker},
                                                    {"client", TargetKind::Client},
                                                    {"host", TargetKind::Host},
                                                    {"prometheus", TargetKind::Prometheus}}};

constexpr Duration kIntervalMin = milliseconds(100);
constexpr std::size_t kPageBytesMax = std::size_t{1} << 30;

enum class ProcessWord { Auto, None };
constexpr std::array<Choice<ProcessWord>, 2> kProcessWords{
    {{"auto", ProcessWord::Auto}, {"none", ProcessWord::None}}};

bool has_process(TargetKind kind) {
    return kind == TargetKind::Kafka || kind == TargetKind::Zookeeper ||
           kind == TargetKind::Connect || kind == TargetKind::Mirrormaker;
}

// The scheme says how a target is asked, whatever its kind: a machine may have a node_exporter.
void read_url(TableReader& reader, Target& target) {
    if (target.kind == TargetKind::Host) {
        target.url = "proc:/proc";
        reader.optional("url", target.url);
    } else {
        reader.required("url", target.url);
        if (target.url.empty()) return; // Which has been told.
    }
    if (target.url.starts_with("proc:/")) return;
    const auto url = parse_url(target.url);
    if (!url) return reader.fail("url", url.error().message);
    if (url->scheme != "http" && url->scheme != "https" && url->scheme != "zookeeper")
        reader.fail("url", "must begin with http://, https://, zookeeper:// or proc:/");
}

void read_times(TableReader& reader, Target& target) {
    reader.optional("interval", target.interval);
    if (target.interval < kIntervalMin)
        reader.fail("interval", "must be at least " + format_duration(kIntervalMin));
    target.timeout = std::min(target.interval, target.timeout);
    reader.optional("timeout", target.timeout);
    if (target.timeout > target.interval)
        reader.fail("timeout", fmt::format("must not be longer than the interval, {}",
                                           format_duration(target.interval)));
}

void read_labels(TableReader& reader, Target& target) {
    reader.optional("labels", target.labels);
    for (const auto& [label, value] : target.labels) {
        if (!is_plain_label_name(label) || label.starts_with("__"))
            reader.fail("labels", fmt::format("must not have the label {}: a name has letters, "
                                              "digits and _, and does not begin with a digit or __",
                                              keepwatch::quoted(label)));
        else if (label == "instance" || label == "job" || label == "cluster")
            reader.fail("labels", fmt::format("must not have the label {}: it comes from {}", label,
                                              label == "instance" ? "target.name"
                                              : label == "job"    ? "target.kind"
                                                                  : "agent.cluster"));
    }
}

ProcessWatch read_process_table(TableReader& reader, const Folder& folder) {
    auto table = reader.table("process");
    std::string pidfile;
    std::string match;
    table->optional("pidfile", pidfile).optional("match", match);
    if (!table->finish()) return {};
    if (pidfile.empty() == match.empty()) {
        reader.fail("process", "must have either pidfile or match");
        return {};
    }
    if (!match.empty()) return {ProcessWatch::By::Match, std::move(match)};
    folder.resolve(pidfile);
    return {ProcessWatch::By::Pidfile, std::move(pidfile)};
}

ProcessWatch read_process(TableReader& reader, const Target& target, const Folder& folder) {
    const auto type = reader.type_of("process");
    const auto url = parse_url(target.url);
    ProcessWatch watch;
    if (has_process(target.kind) && url && url->is_loopback())
        watch.by = ProcessWatch::By::Listener;
    if (type == TableReader::Type::Absent) return watch;
    if (!has_process(target.kind)) {
        reader.fail("process", "is only for kinds kafka, zookeeper, connect and mirrormaker");
        return watch;
    }
    if (type == TableReader::Type::Table) return read_process_table(reader, folder);
    if (type != TableReader::Type::String) {
        reader.fail("process",
                    "must be \"auto\", \"none\", { pidfile = \"…\" } or { match = \"…\" }");
        return watch;
    }
    auto word = ProcessWord::None;
    reader.optional("process", word, kProcessWords);
    watch.by = word == ProcessWord::Auto ? ProcessWatch::By::Listener : ProcessWatch::By::None;
    return watch;
}

} // namespace

std::string_view name(TargetKind kind) {
    const auto* found = std::find_if(kKinds.begin(), kKinds.end(),
                                     [kind](const auto& choice) { return choice.value == kind; });
    return found->word;
}

Target read_target(TableReader& reader, const Folder& folder) {
    Target target;
    target.at = reader.at_table();
    reader.required("name", target.name).required("kind", target.kind, kKinds);
    read_url(reader, target);
    read_times(reader, target);
    reader.optional("page_bytes_max", target.page_bytes_max);
    if (target.page_bytes_max > kPageBytesMax)
        reader.fail("page_bytes_max", fmt::format("must be at most {}", kPageBytesMax));
    read_labels(reader, target);
    target.process = read_process(reader, target, folder);
    reader.finish();
    return target;
}

} // namespace keepwatch::config
