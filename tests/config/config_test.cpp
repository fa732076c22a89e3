#include "config/config.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "config/table_reader.h"

using namespace keepwatch;

namespace {

std::string errors_of(std::string_view text) {
    std::string all;
    for (const auto& error : config::parse_config(text, "/etc/keepwatch/kw.toml").errors)
        all += (all.empty() ? "" : "\n") + error.to_string().substr(sizeof "/etc/keepwatch");
    return all;
}

config::Config valid(std::string_view text) {
    auto loaded = config::parse_config(text, "/etc/keepwatch/kw.toml");
    for (const auto& error : loaded.errors) FAIL_CHECK(error.to_string());
    return std::move(loaded.config);
}

// Of a file with one broker and these lines added to it, from line 5 on.
std::string target_errors(const std::string& lines) {
    return errors_of("[[target]]\nname = 'b'\nkind = 'kafka'\nurl = 'http://h:1/'\n" + lines);
}

// Of a file with one sink and these lines added to it, from line 4 on.
std::string sink_errors(const std::string& kind, const std::string& lines) {
    return errors_of("[[sink]]\nname = 's'\nkind = '" + kind + "'\n" + lines);
}

} // namespace

TEST_CASE("config::parse_config: an empty file is the defaults") {
    const auto config = valid("");
    CHECK(config.cluster.empty());
    CHECK_FALSE(config.whole_cluster);
    CHECK(config.data_dir == "/var/lib/keepwatch");
    CHECK(config.listen == "127.0.0.1:9797");
    CHECK_FALSE(config.receive_remote_write);
    CHECK_FALSE(config.promql_features);
    CHECK(config.retain.what == config::Retain::What::Rules);
    CHECK(config.retention == hours(2));
    CHECK(config.targets.empty());
    CHECK(config.sinks.empty());
}

TEST_CASE("config::parse_config: reads everything an operator may write") {
    const auto config = valid(R"(
[agent]
cluster = "payments-eu-1"
whole_cluster = true
data_dir = "state"
[serve]
listen = "[::1]:0"
[receive]
remote_write = true
[store]
retain = ["{job=\"kafka\"}", "up"]
retention = "1d"
series_max = 1000
bytes_max = 100000000
[pages]
samples_max = 10
line_bytes_max = 11
labels_max = 12
label_value_bytes_max = 13
[promql]
features = ["promql-duration-expr"]
[[target]]
name = "broker-1"
kind = "kafka"
url = "https://broker-1:7071/metrics?x=1"
interval = "30s"
timeout = "29s"
page_bytes_max = 1048576
labels = { rack = "a", zone = "z" }
process = { match = "kafka.Kafka" }
[rules]
paths = ["rules", "/usr/share/keepwatch/rules"]
[runbooks]
paths = ["../runbooks"]
base_url = "https://sop.example.com/"
[[sink]]
name = "pager"
kind = "webhook"
url_file = "secrets/url"
send_resolved = false
timeout = "3s"
)");
    CHECK(config.cluster == "payments-eu-1");
    CHECK(config.whole_cluster);
    CHECK(config.data_dir == "/etc/keepwatch/state");
    CHECK(config.listen == "[::1]:0");
    CHECK(config.receive_remote_write);
    CHECK(config.retain.what == config::Retain::What::Selectors);
    CHECK(config.retain.selectors == std::vector<std::string>{"{job=\"kafka\"}", "up"});
    REQUIRE(config.retain.selectors_at.size() == 2);
    CHECK(config.retain.selectors_at[1].line == 11);
    CHECK(config.retain.selectors_at[1].column == 30);
    CHECK(config.retention == hours(24));
    CHECK(config.bounds.series_max == 1000);
    CHECK(config.bounds.bytes_max == 100'000'000);
    CHECK(config.bounds.samples_max == 10);
    CHECK(config.bounds.line_bytes_max == 11);
    CHECK(config.bounds.labels_max == 12);
    CHECK(config.bounds.label_value_bytes_max == 13);
    CHECK(config.rule_paths ==
          std::vector<std::string>{"/etc/keepwatch/rules", "/usr/share/keepwatch/rules"});
    CHECK(config.runbook_paths == std::vector<std::string>{"/etc/runbooks"});
    CHECK(config.runbook_base_url == "https://sop.example.com");

    REQUIRE(config.promql_features);
    CHECK(config.promql_features->names == std::vector<std::string>{"promql-duration-expr"});
    CHECK(config.promql_features->at.at(0).line == 21);
    CHECK(config.promql_features->at.at(0).column == 13);
    CHECK(valid("promql.features = []").promql_features->names.empty());

    REQUIRE(config.targets.size() == 1);
    const auto& target = config.targets[0];
    CHECK(target.kind == config::TargetKind::Kafka);
    CHECK(target.url == "https://broker-1:7071/metrics?x=1");
    CHECK(target.interval == seconds(30));
    CHECK(target.timeout == seconds(29));
    CHECK(target.page_bytes_max == 1048576);
    CHECK(target.process.by == config::ProcessWatch::By::Match);
    CHECK(target.process.text == "kafka.Kafka");
    CHECK(target.at.line == 22);

    REQUIRE(config.sinks.size() == 1);
    CHECK(config.sinks[0].kind == config::SinkKind::Webhook);
    CHECK(config.sinks[0].url == config::SecretSource::from_file("/etc/keepwatch/secrets/url"));
    CHECK_FALSE(config.sinks[0].send_resolved);
    CHECK(config.sinks[0].timeout == seconds(3));
}

TEST_CASE("config::parse_config: values for the parameters of rule packs") {
    const auto& params = valid(R"(
[rules.params.replication]
isr_window = "10m"
idle_share = 0.25
[rules.params.disk]
bytes = 1_000_000_000
)")
                             .rule_params;
    std::string text;
    for (const auto& param : params)
        text += param.pack + "." + param.name + (param.is_number ? " number " : " text ") +
                param.text + " line " + std::to_string(param.at.line) + "; ";
    CHECK(text == "disk.bytes number 1000000000 line 6; replication.idle_share number 0.25 line 4; "
                  "replication.isr_window text 10m line 3; ");
}

TEST_CASE("config::parse_config: the way out") {
    const auto egress = valid(R"(
[egress]
proxy = "http://proxy:3128"
no_proxy = [".corp"]
ca_file = "ca.pem"
certificate_file = "/etc/me.pem"
allow_link_local = true
)")
                            .egress;
    CHECK(egress.proxy == "http://proxy:3128");
    CHECK(egress.no_proxy == std::vector<std::string>{".corp"});
    CHECK(egress.ca_file == "/etc/keepwatch/ca.pem");
    CHECK(egress.certificate_file == "/etc/me.pem");
    CHECK(egress.allow_link_local);
    CHECK(errors_of("[egress]\nproxy = 'https://proxy'\n") ==
          "kw.toml:2:9: egress.proxy must be a URL such as http://proxy:3128");
    CHECK(errors_of("[egress]\nno_proxy = ['a']\n") ==
          "kw.toml:2:12: egress.no_proxy means nothing without proxy");
    CHECK(errors_of("[egress]\nkey_file = 'a'\n") ==
          "kw.toml:2:12: egress.key_file means nothing without certificate_file");
}

TEST_CASE("config::parse_config: each replica of Alertmanager is a sink of its own") {
    const auto& sinks = valid(R"(
sink = [{ name = "am", kind = "alertmanager", urls = ["http://a:9093", "https://b/am/"] },
        { name = "one", kind = "alertmanager", url = "http://c:9093", resend_delay = "30s" },
        { name = "pager", kind = "webhook", url = "http://d" }]
)")
                            .sinks;
    REQUIRE(sinks.size() == 4);
    CHECK(sinks[0].name == "am/1");
    CHECK(sinks[0].url == config::SecretSource::from_value("http://a:9093"));
    CHECK(sinks[0].repeat_after == minutes(1));
    CHECK(sinks[1].name == "am/2");
    CHECK(sinks[1].url == config::SecretSource::from_value("https://b/am/"));
    CHECK(sinks[2].name == "one");
    CHECK(sinks[2].repeat_after == seconds(30));
    CHECK_FALSE(sinks[3].repeat_after);
}

TEST_CASE("config::target_infos: the labels of a target are its own and the agent's") {
    const auto infos = target_infos(valid(R"(
agent.cluster = "c"
target = [{ name = "b1", kind = "kafka", url = "http://h/", labels = { rack = "a" } }]
)"));
    REQUIRE(infos.size() == 1);
    CHECK(infos[0].name == "b1");
    CHECK(infos[0].kind == "kafka");
    CHECK(infos[0].interval == seconds(15));
    CHECK(infos[0].labels.to_string() == R"({cluster="c",instance="b1",job="kafka",rack="a"})");
}

TEST_CASE("config::parse_config: every error of a file is found at once") {
    CHECK(errors_of("agent = 1\n[serve]\nlisten = true\n[stor]\n[[target]]\nkind = 'kafak'\n") ==
          "kw.toml:1:9: agent must be a table, not an integer\n"
          "kw.toml:3:10: serve.listen must be a string that is not empty, not true\n"
          "kw.toml:5:1: target.name is required\n"
          "kw.toml:6:8: target.kind must be one of kafka, zookeeper, connect, mirrormaker, "
          "client, host, prometheus, not \"kafak\"; did you mean kafka?\n"
          "kw.toml:5:1: target.url is required\n"
          "kw.toml:4:2: stor is unknown; did you mean store? known keys: agent, egress, pages, "
          "promql, receive, route, rules, runbooks, serve, sink, store, target");
}

TEST_CASE("config::parse_config: a misspelt key is named where it stands, with its neighbours") {
    CHECK(target_errors("intervall = '15s'") ==
          "kw.toml:5:1: target.intervall is unknown; did you mean interval? known keys: interval, "
          "kind, labels, name, page_bytes_max, process, timeout, url");
    CHECK(target_errors("colour = 'red'") ==
          "kw.toml:5:1: target.colour is unknown; known keys: interval, kind, labels, name, "
          "page_bytes_max, process, timeout, url");
}

TEST_CASE("config::parse_config: an error says what was wanted and what came instead") {
    const auto f = [](const std::string& lines, const std::string& error) {
        CHECK_MESSAGE(target_errors(lines) == "kw.toml:" + error, lines);
    };
    f("interval = 15",
      "5:12: target.interval must be a duration such as \"15s\" or \"1h30m\", not an integer");
    f("interval = '15 s'",
      "5:12: target.interval must be a duration such as \"15s\" or \"1h30m\", not \"15 s\"");
    f("interval = '0s'", "5:12: target.interval must be longer than nothing, not \"0s\"");
    f("interval = '-1s'",
      "5:12: target.interval must be a duration such as \"15s\" or \"1h30m\", not \"-1s\"");
    f("interval = '99ms'", "5:12: target.interval must be at least 100ms");
    f("timeout = '16s'", "5:11: target.timeout must not be longer than the interval, 15s");
    f("page_bytes_max = 0",
      "5:18: target.page_bytes_max must be an integer above zero, not an integer");
    f("page_bytes_max = 2000000000", "5:18: target.page_bytes_max must be at most 1073741824");
    f("labels = 'x'", "5:10: target.labels must be a table of strings, not \"x\"");
    f("labels = { a = 1 }", "5:16: target.labels.a must be a string, not an integer");
    f("labels = { 'a-b' = 'x' }", "5:10: target.labels must not have the label \"a-b\": a name has "
                                  "letters, digits and _, and does not begin with a digit or __");
    f("labels = { instance = 'x' }",
      "5:10: target.labels must not have the label instance: it comes from target.name");
    f("labels = { cluster = 'x' }",
      "5:10: target.labels must not have the label cluster: it comes from agent.cluster");
    f("process = 'both'", "5:11: target.process must be one of auto, none, not \"both\"");
    f("process = 1",
      "5:11: target.process must be \"auto\", \"none\", { pidfile = \"…\" } or { match = \"…\" }");
    f("process = {}", "5:11: target.process must have either pidfile or match");
    f("process = { pidfile = 'a', match = 'b' }",
      "5:11: target.process must have either pidfile or match");
    f("process = { pid = 'a' }", "5:13: target.process.pid is unknown; known keys: match, pidfile");
    f("[[target]]\nname = 'b'\nkind = 'host'", "6:8: target.name \"b\" is already used in line 2");
    f("[[route]]\n", "5:1: route is not supported yet; every sink gets every notification");
    f("[target.x]\n", "5:9: target.x is unknown; known keys: interval, kind, labels, name, "
                      "page_bytes_max, process, timeout, url");
    f("[store]\nretain = 'some'",
      "6:10: store.retain must be one of rules, dashboards, all, not \"some\"");
    f("[store]\nretain = 'dashboards'",
      "6:10: store.retain of \"dashboards\" needs store.dashboards, a list of paths");
    f("[store]\ndashboards = ['a']", "6:14: store.dashboards is only for retain = \"dashboards\"");
    f("[store]\nretain = 1",
      "6:10: store.retain must be \"rules\", \"dashboards\", \"all\" or a list of selectors");
    f("[store]\nretain = ['a', 1]",
      "6:16: store.retain must be a list of strings that are not empty, not an integer");
    f("[store]\nretention = '2 hours'",
      "6:13: store.retention must be a duration such as \"15s\" or \"1h30m\", not \"2 hours\"");
    f("[serve]\nlisten = '9797'",
      "6:10: serve.listen must be HOST:PORT such as \"127.0.0.1:9797\", not \"9797\"");
    f("[serve]\nlisten = 'h:65536'",
      "6:10: serve.listen must be HOST:PORT such as \"127.0.0.1:9797\", not \"h:65536\"");
    f("[rules]\npaths = 'rules'", "6:9: rules.paths must be a list of strings, not \"rules\"");
    f("[rules]\nparams = 1", "6:10: rules.params must be a table, not an integer");
    f("[rules.params]\nisr = 1", "6:7: rules.params.isr must be a table, not an integer");
    f("[rules.params.isr]\nwindow = true",
      "6:10: rules.params.isr.window must be a number or a string that is not empty, not true");
    f("[runbooks]\nbase_url = 'sop'",
      "6:12: runbooks.base_url must be a URL such as http://127.0.0.1:7071/metrics");
    f("target = 1", "5:1: target.target is unknown; known keys: interval, kind, labels, name, "
                    "page_bytes_max, process, timeout, url");
}

TEST_CASE("config::parse_config: a URL of any scheme that can be asked, whatever the kind") {
    const auto url = [](std::string_view kind, std::string_view text) {
        return errors_of(fmt::format("[[target]]\nname='b'\nkind='{}'\nurl='{}'", kind, text));
    };
    CHECK(url("kafka", "http://h:7071/metrics").empty());
    CHECK(url("zookeeper", "zookeeper://127.0.0.1:2181").empty());
    CHECK(url("zookeeper", "http://127.0.0.1:7000/metrics").empty());
    CHECK(url("host", "proc:/host/proc").empty());
    CHECK(url("host", "http://127.0.0.1:9100/metrics").empty());
    CHECK(url("kafka", "zookeeper://h").empty());
    for (const std::string kind : {"kafka", "zookeeper", "host"})
        CHECK(url(kind, "ftp://h") ==
              "kw.toml:4:5: target.url must begin with http://, https://, zookeeper:// or proc:/");
    CHECK(
        url("kafka", "h:7071") ==
        "kw.toml:4:5: target.url must be a URL with a host, such as http://127.0.0.1:7071/metrics");
    CHECK(url("kafka", "http://u:p@h/") ==
          "kw.toml:4:5: target.url must not hold a user name or a password");
    CHECK(url("host", "") ==
          "kw.toml:4:5: target.url must be a string that is not empty, not an empty string");
    CHECK(url("host", "proc") ==
          "kw.toml:4:5: target.url must be a URL such as http://127.0.0.1:7071/metrics");
}

TEST_CASE("config::parse_config: target = 1 is no list of tables") {
    CHECK(errors_of("target = 1") == "kw.toml:1:10: target must be written as [[target]] tables");
    CHECK(errors_of("target = []") == "kw.toml:1:10: target must be written as [[target]] tables");
    CHECK(errors_of("[target]\nname = 'b'") ==
          "kw.toml:1:1: target must be written as [[target]] tables");
}

TEST_CASE(
    "config::parse_config: the timeout is ten seconds, or the interval where that is shorter") {
    const auto timeout = [](const std::string& lines) {
        return valid("[[target]]\nname = 'b'\nkind = 'host'\n" + lines).targets.at(0).timeout;
    };
    CHECK(timeout("") == seconds(10));
    CHECK(timeout("interval = '5s'") == seconds(5));
    CHECK(timeout("interval = '60s'") == seconds(10));
    CHECK(timeout("interval = '60s'\ntimeout = '50s'") == seconds(50));
}

TEST_CASE(
    "config::parse_config: the process behind a local broker is watched unless told otherwise") {
    using By = config::ProcessWatch::By;
    const auto watch = [](std::string_view kind, std::string_view url, const std::string& line) {
        const auto text =
            fmt::format("[[target]]\nname='b'\nkind='{}'\nurl='{}'\n{}", kind, url, line);
        return valid(text).targets.at(0).process;
    };
    CHECK(watch("kafka", "http://127.0.0.1:7071/", "").by == By::Listener);
    CHECK(watch("kafka", "http://broker-1:7071/", "").by == By::None);
    CHECK(watch("kafka", "http://broker-1:7071/", "process='auto'").by == By::Listener);
    CHECK(watch("kafka", "http://localhost/", "process='none'").by == By::None);
    CHECK(watch("client", "http://localhost/", "").by == By::None);
    CHECK(watch("zookeeper", "zookeeper://localhost", "process={pidfile='zk.pid'}").text ==
          "/etc/keepwatch/zk.pid");
    CHECK(
        errors_of("[[target]]\nname='b'\nkind='client'\nurl='http://h/'\nprocess='auto'") ==
        "kw.toml:5:9: target.process is only for kinds kafka, zookeeper, connect and mirrormaker");
}

TEST_CASE("config::parse_config: a sink needs an address, or a key for a known service") {
    CHECK(sink_errors("webhook", "") == "kw.toml:1:1: sink.url is required, or url_file");
    CHECK(sink_errors("slack", "") ==
          "kw.toml:1:1: sink.url is required, or url_file, or channel and key");
    CHECK(sink_errors("slack", "channel = '#a'") ==
          "kw.toml:1:1: sink.key is required beside channel, or key_file");
    CHECK(sink_errors("alertmanager", "") ==
          "kw.toml:1:1: sink.url is required, or url_file, or urls");
    CHECK(sink_errors("alertmanager", "url = 'http://h'\nurls = ['http://h']") ==
          "kw.toml:5:8: sink.urls must not stand beside url or url_file");
    CHECK(sink_errors("alertmanager", "urls = ['http://h', 'ftp://h']") ==
          "kw.toml:4:8: sink.urls must begin with http:// or https://");
    CHECK(sink_errors("webhook", "url = ''") ==
          "kw.toml:4:7: sink.url must be a string that is not empty, not an empty string");
    CHECK(sink_errors("webhook", "url_file = 'u'").empty());
    CHECK(sink_errors("webhook", "url = 'credential:pager'").empty());
    CHECK(sink_errors("webhook", "url = 'https://a/'\nurl_file = 'u'") ==
          "kw.toml:5:12: sink.url_file must not stand beside url");
    CHECK(sink_errors("pagerduty", "") ==
          "kw.toml:1:1: sink.key is required for kind pagerduty, or key_file");
    CHECK(sink_errors("pagerduty", "key_file = 'k'").empty());
    CHECK(
        sink_errors("pager", "url = 'https://a/'") ==
        "kw.toml:3:8: sink.kind must be one of webhook, pagerduty, alertmanager, opsgenie, slack, "
        "teams, splunk_oncall, kafka, email, not \"pager\"");
}

TEST_CASE("config::parse_config: a wrong secret is not repeated in the error") {
    CHECK(sink_errors("slack", "url = 'hooks.slack.com/T0/secret'") ==
          "kw.toml:4:7: sink.url must be a URL such as http://127.0.0.1:7071/metrics");
    CHECK(sink_errors("slack", "url = 'ftp://h/secret'") ==
          "kw.toml:4:7: sink.url must begin with http:// or https://");
    CHECK(sink_errors("slack", "url = ['https://h/secret']") ==
          "kw.toml:4:7: sink.url must be a string that is not empty, not a list");
}

TEST_CASE("config::parse_config: text that is no TOML is refused at its place") {
    CHECK(errors_of("[agent\n").starts_with("kw.toml:1:7: "));
    CHECK(errors_of("\n\na = ").starts_with("kw.toml:3:5: "));
    CHECK(errors_of("a = 1\na = 2\n").starts_with("kw.toml:2:"));
    CHECK(errors_of("a = \"\xff\"").starts_with("kw.toml:1:"));
    CHECK(errors_of(std::string("a = 1\0b = 2", 11)).starts_with("kw.toml:1:"));
    CHECK(errors_of("a = " + std::string(100'000, '[')).starts_with("kw.toml:1:"));
    CHECK(errors_of(std::string(5 << 20, ' ')) == "kw.toml: is larger than 4194304 bytes");
}

TEST_CASE("config::parse_config: the list of errors ends somewhere") {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += fmt::format("k{} = 1\n", i);
    CHECK(config::parse_config(text, "kw.toml").errors.size() == config::kErrorsMax);
}

TEST_CASE("config::load_config: a file that is not there is an error as any other") {
    const auto loaded = config::load_config("no/such/kw.toml");
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].to_string() ==
          "no/such/kw.toml: cannot be read: No such file or directory");
    CHECK(config::load_config(KEEPWATCH_SOURCE_DIR).errors.at(0).message ==
          "cannot be read: Is a directory");
}
