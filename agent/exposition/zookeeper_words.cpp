#include "exposition/zookeeper_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "exposition/formats.h"
#include "model/number.h"

namespace keepwatch::exposition {

namespace {

constexpr std::string_view kHeader = "#4lw ";
constexpr std::string_view kNotServing =
    "This ZooKeeper instance is not currently serving requests";
constexpr std::string_view kNotAllowed = "is not executed because it is not in the whitelist";

std::optional<Fault> read_number(std::string_view text, const Limits&, Measure& into) {
    const auto value = parse_number(text);
    if (!value) return Fault{0, "expected a number, got " + seen_at(text, 0)};
    into.value = *value;
    return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// As the value of a label on a page.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

} // namespace

void read_zookeeper_words(PageIntake& intake) {
    ZookeeperWords(intake).read();
}

void ZookeeperWords::read() {
    split();
    // First, because srvr gives only what this lacks.
    read("mntr", &ZookeeperWords::mntr_line);
    std::sort(given_.begin(), given_.end());
    read("srvr", &ZookeeperWords::srvr_line);
    read("isro", &ZookeeperWords::isro_line);
    read("ruok", &ZookeeperWords::ruok_line);
    if (answered_) number(intake_.page(), "zk_serving", serving_ ? "1" : "0");
}

void ZookeeperWords::split() {
    std::string_view line;
    while (intake_.next_line(line)) {
        if (line.starts_with(kHeader)) {
            replies_.push_back({trimmed(line.substr(kHeader.size())), line, {}});
            continue;
        }
        line = trimmed(line);
        if (line.empty()) continue;
        if (replies_.empty()) replies_.push_back({"mntr", line, {}});
        replies_.back().lines.push_back(line);
    }
}

void ZookeeperWords::read(std::string_view word,
                          void (ZookeeperWords::*read_line)(std::string_view)) {
    for (const auto& reply : replies_) {
        if (reply.word != word) continue;
        if (reply.lines.empty())
            intake_.problem(reply.header.data(),
                            fmt::format("expected a reply to {}, got none", word));
        for (const auto line : reply.lines)
            if (!refusal(word, line)) (this->*read_line)(line);
    }
}

// What ZooKeeper says instead of a reply.
bool ZookeeperWords::refusal(std::string_view word, std::string_view line) {
    if (line.starts_with(kNotServing)) {
        answered_ = true;
        serving_ = false;
        return true;
    }
    if (line.find(kNotAllowed) == line.npos) return false;
    intake_.problem(line.data(), fmt::format("ZooKeeper does not allow {}: add it to "
                                             "4lw.commands.whitelist in its configuration",
                                             word));
    return true;
}

void ZookeeperWords::mntr_line(std::string_view line) {
    const auto tab = line.find('\t');
    if (tab == line.npos)
        return intake_.problem(line.data(),
                               "expected a name, a tab and a value in the reply to mntr, got " +
                                   quoted(line.substr(0, 64)));
    answered_ = true;
    const auto series = line.substr(0, tab);
    const auto value = trimmed(line.substr(tab));
    given_.push_back(series.substr(0, series.find('{')));
    if (parse_number(value)) return number(line, series, value);
    if (series == "zk_version") return state(line, series, "version", value);
    const bool is_state = series == "zk_server_state" || series == "zk_peer_state";
    state(line, series, is_state ? "state" : "value", value);
}

void ZookeeperWords::srvr_line(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == line.npos)
        return intake_.problem(line.data(),
                               "expected a name, a colon and a value in the reply to srvr, got " +
                                   quoted(line.substr(0, 64)));
    answered_ = true;
    const auto key = line.substr(0, colon);
    const auto value = trimmed(line.substr(colon + 1));
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> numbers{
        {{"Received", "zk_packets_received"},
         {"Sent", "zk_packets_sent"},
         {"Connections", "zk_num_alive_connections"},
         {"Outstanding", "zk_outstanding_requests"},
         {"Node count", "zk_znode_count"}}};
    for (const auto& [word, name] : numbers)
        if (key == word && !has(name)) return number(line, name, value);
    if (key == "Zxid") return zxid(line, value);
    if (key == "Mode" && !has("zk_server_state"))
        return state(line, "zk_server_state", "state", value);
    if (key == "Zookeeper version" && !has("zk_version"))
        return state(line, "zk_version", "version", value);
    if (key == "Latency min/avg/max")
        return several(line, value, {"zk_min_latency", "zk_avg_latency", "zk_max_latency"});
    if (key == "Proposal sizes last/min/max")
        return several(line, value,
                       {"zk_last_proposal_size", "zk_min_proposal_size", "zk_max_proposal_size"});
}

// `0x100000018`: 32 bits that count the leaders, then 32 that count their transactions.
void ZookeeperWords::zxid(std::string_view place, std::string_view text) {
    const auto digits = text.starts_with("0x") ? text.substr(2) : std::string_view();
    std::uint64_t zxid = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stopped, failed] = std::from_chars(digits.data(), end, zxid, 16);
    if (failed != std::errc() || stopped != end)
        return intake_.problem(text.data(),
                               "expected a zxid such as 0x1a, got " + seen_at(text, 0));
    number(place, "zk_zxid_epoch", std::to_string(zxid >> 32));
    number(place, "zk_zxid_counter", std::to_string(zxid & 0xffffffff));
}

void ZookeeperWords::several(std::string_view place, std::string_view values,
                             std::initializer_list<std::string_view> names) {
    for (const auto name : names) {
        const auto slash = std::min(values.find('/'), values.size());
        if (!has(name)) number(place, name, values.substr(0, slash));
        values.remove_prefix(std::min(slash + 1, values.size()));
    }
}

void ZookeeperWords::isro_line(std::string_view line) {
    if (line != "rw" && line != "ro" && line != "null")
        return intake_.problem(line.data(), "expected rw, ro or null as the reply to isro, got " +
                                                quoted(line.substr(0, 64)));
    state(line, "zk_isro", "mode", line);
    number(line, "zk_read_write", line == "rw" ? "1" : "0");
}

void ZookeeperWords::ruok_line(std::string_view line) {
    number(line, "zk_ruok", line == "imok" ? "1" : "0");
}

void ZookeeperWords::number(std::string_view place, std::string_view series,
                            std::string_view value) {
    intake_.derived(series, place, value, read_number);
}

void ZookeeperWords::state(std::string_view place, std::string_view name, std::string_view label,
                           std::string_view text) {
    number(place, fmt::format("{}{{{}=\"{}\"}}", name, label, escaped(text)), "1");
}

bool ZookeeperWords::has(std::string_view name) const {
    return std::binary_search(given_.begin(), given_.end(), name);
}

} // namespace keepwatch::exposition
