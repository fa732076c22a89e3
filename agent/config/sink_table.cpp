#include "config/sink_table.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "model/url.h"

namespace keepwatch::config {
namespace {

constexpr std::array<Choice<SinkKind>, 9> kKinds{{{"webhook", SinkKind::Webhook},
                                                  {"pagerduty", SinkKind::Pagerduty},
                                                  {"alertmanager", SinkKind::Alertmanager},
                                                  {"opsgenie", SinkKind::Opsgenie},
                                                  {"slack", SinkKind::Slack},
                                                  {"teams", SinkKind::Teams},
                                                  {"splunk_oncall", SinkKind::SplunkOncall},
                                                  {"kafka", SinkKind::Kafka},
                                                  {"email", SinkKind::Email}}};

constexpr Duration kResendDelay = minutes(1); // As Prometheus's --rules.alert.resend-delay.

// Services at a known address, that know us by a key.
bool is_known_service(SinkKind kind) {
    return kind == SinkKind::Pagerduty || kind == SinkKind::Opsgenie;
}

bool is_http(SinkKind kind) {
    return kind != SinkKind::Kafka && kind != SinkKind::Email;
}

// A key and its `_file` twin.
SecretSource read_secret(TableReader& reader, std::string_view key, const Folder& folder) {
    const auto file_key = fmt::format("{}_file", key);
    std::string value;
    std::string path;
    reader.optional(key, value).optional(file_key, path);
    if (!value.empty() && !path.empty())
        reader.fail(file_key, fmt::format("must not stand beside {}", key));
    if (!value.empty()) return SecretSource::from_value(std::move(value));
    if (path.empty()) return {};
    folder.resolve(path);
    return SecretSource::from_file(std::move(path));
}

void check_literal_url(TableReader& reader, std::string_view key, const SecretSource& source) {
    if (source.kind() != SecretSource::Kind::Literal) return;
    const auto url = parse_url(source.read()->reveal());
    if (!url) return reader.fail(key, url.error().message);
    if (url->scheme != "http" && url->scheme != "https")
        reader.fail(key, "must begin with http:// or https://");
}

std::vector<Sink> replicas_of(TableReader& reader, Sink sink,
                              const std::vector<std::string>& urls) {
    if (urls.empty()) return {std::move(sink)};
    std::vector<Sink> replicas;
    for (const auto& url : urls) {
        auto replica = sink;
        replica.name = fmt::format("{}/{}", sink.name, replicas.size() + 1);
        replica.url = SecretSource::from_value(url);
        check_literal_url(reader, "urls", replica.url);
        replicas.push_back(std::move(replica));
    }
    return replicas;
}

// A key that is there, but wrong, has been complained about already.
bool is_missing(const TableReader& reader, std::string_view key) {
    return !reader.has(key) && !reader.has(fmt::format("{}_file", key));
}

bool may_be_several(SinkKind kind) {
    return kind == SinkKind::Alertmanager;
}

// By a webhook's URL, or by a channel and the token that may write there.
void check_slack(TableReader& reader) {
    if (reader.has("channel") && is_missing(reader, "key"))
        reader.fail_at(reader.at_table(), "key", "is required beside channel, or key_file");
    if (!reader.has("channel") && is_missing(reader, "url"))
        reader.fail_at(reader.at_table(), "url", "is required, or url_file, or channel and key");
}

void check_presence(TableReader& reader, SinkKind kind) {
    if (kind == SinkKind::Slack) return check_slack(reader);
    const bool several = may_be_several(kind);
    if (several && reader.has("urls") && !is_missing(reader, "url"))
        reader.fail("urls", "must not stand beside url or url_file");
    if (!is_known_service(kind) && is_missing(reader, "url") && !(several && reader.has("urls")))
        reader.fail_at(reader.at_table(), "url",
                       several ? "is required, or url_file, or urls" : "is required, or url_file");
    if (is_known_service(kind) && is_missing(reader, "key"))
        reader.fail_at(reader.at_table(), "key",
                       fmt::format("is required for kind {}, or key_file", name(kind)));
}

} // namespace

std::string_view name(SinkKind kind) {
    const auto* found = std::find_if(kKinds.begin(), kKinds.end(),
                                     [kind](const auto& choice) { return choice.value == kind; });
    return found->word;
}

std::vector<Sink> read_sinks(TableReader& reader, const Folder& folder) {
    Sink sink;
    std::vector<std::string> urls;
    sink.at = reader.at_table();
    reader.required("name", sink.name).required("kind", sink.kind, kKinds);
    sink.url = read_secret(reader, "url", folder);
    sink.key = read_secret(reader, "key", folder);
    check_presence(reader, sink.kind);
    if (is_http(sink.kind)) check_literal_url(reader, "url", sink.url);
    reader.optional("send_resolved", sink.send_resolved).optional("timeout", sink.timeout);
    if (sink.kind == SinkKind::Webhook)
        sink.signing_key = read_secret(reader, "signing_key", folder);
    if (sink.kind == SinkKind::Slack) reader.optional("channel", sink.channel);
    if (sink.kind == SinkKind::Alertmanager) {
        auto delay = kResendDelay;
        reader.optional("urls", urls).optional("resend_delay", delay);
        sink.repeat_after = delay;
    }
    reader.finish();
    return replicas_of(reader, std::move(sink), urls);
}

} // namespace keepwatch::config
