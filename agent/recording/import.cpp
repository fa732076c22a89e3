#include "recording/import.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <tuple>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "recording/recorder.h"

namespace keepwatch::recording {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct Scrape {
    std::string name;
    Timestamp start;
    Duration took{};
    fs::path file;      // Empty if it failed.
    std::string reason; // Why it failed.
};

constexpr std::array<std::string_view, 3> kReadableWords{"mntr", "srvr", "isro"};
constexpr std::array<std::string_view, 3> kOtherWords{"ruok", "stat", "cons"};

// The four-letter word that NAME is about, or "".
std::string_view word_of(std::string_view name) {
    const auto dash = name.rfind('-');
    const auto last = dash == name.npos ? std::string_view() : name.substr(dash + 1);
    for (const auto word : kReadableWords)
        if (word == last) return word;
    for (const auto word : kOtherWords)
        if (word == last) return word;
    return {};
}

bool is_readable(std::string_view word) {
    return std::find(kReadableWords.begin(), kReadableWords.end(), word) != kReadableWords.end();
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

std::string kind_of(std::string_view page, std::string_view word) {
    const auto has = [page](std::string_view text) { return page.find(text) != page.npos; };
    if (!word.empty() || has("\nznode_count") || has("zookeeper_")) return "zookeeper";
    if (has("kafka_server_kafkaserver_") || has("kafka_server_replicamanager_") ||
        has("kafka_controller_"))
        return "kafka";
    if (has("kafka_connect_mirror_")) return "mirrormaker";
    if (has("kafka_connect_")) return "connect";
    if (has("kafka_consumer_") || has("kafka_producer_")) return "client";
    if (has("\nnode_")) return "host";
    return "prometheus";
}

// NAME-<unix seconds>.prom or .txt, or nothing.
std::optional<Scrape> scrape_of(const fs::path& path) {
    if (path.extension() != ".prom" && path.extension() != ".txt") return std::nullopt;
    const auto stem = path.stem().string();
    const auto dash = stem.rfind('-');
    if (dash == stem.npos || dash == 0) return std::nullopt;
    double at = 0;
    const auto* end = stem.data() + stem.size();
    const auto [parsed, failed] = std::from_chars(stem.data() + dash + 1, end, at);
    if (failed != std::errc() || parsed != end || at < 1e6) return std::nullopt;
    return Scrape{stem.substr(0, dash), {std::llround(at * 1e3)}, {}, path, {}};
}

// Names carry hundredths of a second, the index thousandths.
constexpr Duration kSameMoment = milliseconds(20);

class Folder {
public:
    explicit Folder(fs::path path) : path_(std::move(path)) {}

    Result<std::vector<Scrape>> scrapes() {
        for (const auto& entry : fs::directory_iterator(path_))
            if (auto scrape = scrape_of(entry.path())) by_name_[scrape->name].push_back(*scrape);
        for (auto& [name, scrapes] : by_name_) sort(scrapes);
        if (auto read = read_index(); !read) return std::move(read).error();
        std::vector<Scrape> all;
        for (auto& [name, scrapes] : by_name_)
            all.insert(all.end(), scrapes.begin(), scrapes.end());
        sort(all);
        return all;
    }

private:
    static void sort(std::vector<Scrape>& scrapes) {
        // The name decides between two that came at the same moment.
        std::sort(scrapes.begin(), scrapes.end(), [](const Scrape& a, const Scrape& b) {
            return std::tuple(a.start + a.took, a.start, a.name) <
                   std::tuple(b.start + b.took, b.start, b.name);
        });
    }

    Result<void> read_index() {
        std::ifstream index(path_ / "index.jsonl");
        std::string line;
        for (std::uint32_t number = 1; std::getline(index, line); ++number) {
            boost::system::error_code wrong;
            const auto value = json::parse(line, wrong);
            if (wrong || !value.is_object() || !take(value.as_object()))
                return Error{ErrorKind::InvalidInput,
                             "expected an object with \"t\", \"n\", \"d\", \"st\" and \"err\"",
                             {(path_ / "index.jsonl").string(), number, 1}};
        }
        return {};
    }

    bool take(const json::object& row) {
        const auto* t = row.if_contains("t");
        const auto* name = row.if_contains("n");
        const auto* took = row.if_contains("d");
        const auto* status = row.if_contains("st");
        const auto* error = row.if_contains("err");
        if (!t || !t->is_number() || !name || !name->is_string() || !took || !took->is_number() ||
            !status || !status->is_number())
            return false;
        Scrape scrape{std::string(name->as_string()), millis(*t), {}, {}, {}};
        scrape.took = {millis(*took).ms};
        const auto code = status->to_number<int>();
        if (code == 200) return settle(scrape);
        scrape.reason = error && error->is_string() ? std::string(error->as_string())
                                                    : fmt::format("HTTP {}", code);
        by_name_[scrape.name].push_back(std::move(scrape));
        return true;
    }

    static Timestamp millis(const json::value& seconds) {
        return {std::llround(seconds.to_number<double>() * 1e3)};
    }

    // Gives the page that the row is about its exact times.
    bool settle(const Scrape& row) {
        for (auto& scrape : by_name_[row.name]) {
            const auto apart = scrape.start - row.start;
            if (scrape.file.empty() || apart > kSameMoment || -apart > kSameMoment) continue;
            scrape.start = row.start;
            scrape.took = row.took;
            break;
        }
        return true; // A row without its page says nothing that the recording could use.
    }

    fs::path path_;
    std::map<std::string, std::vector<Scrape>> by_name_;
};

TargetInfo target_of(const std::string& name, const std::string& kind, Duration interval) {
    return {name, kind, interval, Labels{{"instance", name}, {"job", kind}}};
}

// The usual distance between the starts of a name's scrapes.
Duration interval_of(const std::vector<Scrape>& all, const std::string& name) {
    std::vector<Duration> gaps;
    std::optional<Timestamp> before;
    for (const auto& scrape : all) {
        if (scrape.name != name) continue;
        if (before) gaps.push_back(scrape.start - *before);
        before = scrape.start;
    }
    if (gaps.empty()) return seconds(15);
    std::nth_element(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2),
                     gaps.end());
    return {std::max<std::int64_t>(gaps[gaps.size() / 2].ms, 1)};
}

bool is_json(std::string_view page) {
    return !page.empty() && (page[0] == '{' || page[0] == '[');
}

// Decides what becomes a target, and its number.
std::map<std::string, TargetId> choose_targets(const std::vector<Scrape>& all, Header& header,
                                               std::vector<std::string>& skipped) {
    std::map<std::string, TargetId> ids;
    std::map<std::string, bool> seen;
    std::size_t brokers = 0;
    for (const auto& scrape : all) {
        if (scrape.file.empty() || !seen.try_emplace(scrape.name, true).second) continue;
        const auto word = word_of(scrape.name);
        const auto page = read_file(scrape.file);
        if (is_json(page)) {
            skipped.push_back(fmt::format("{}: its pages are JSON, not metrics", scrape.name));
            continue;
        }
        if (!word.empty() && !is_readable(word)) {
            skipped.push_back(
                fmt::format("{}: replies to `{}` hold no metrics", scrape.name, word));
            continue;
        }
        const auto kind = kind_of(page, word);
        brokers += kind == "kafka" ? 1 : 0;
        ids[scrape.name] = static_cast<TargetId>(header.targets.size());
        header.targets.push_back(target_of(scrape.name, kind, interval_of(all, scrape.name)));
    }
    header.whole_cluster = brokers >= 2;
    return ids;
}

} // namespace

Result<Imported> import_folder(const std::string& folder, const std::string& out) {
    std::error_code wrong;
    if (!fs::is_directory(folder, wrong))
        return Error{ErrorKind::InvalidInput, fmt::format("{}: not a folder", folder)};
    KW_TRY(const auto all, Folder(folder).scrapes());
    Imported imported;
    Header header;
    const auto ids = choose_targets(all, header, imported.skipped);
    if (ids.empty())
        return Error{ErrorKind::InvalidInput,
                     fmt::format("{}: no page named NAME-<unix seconds>.prom or .txt", folder)};
    KW_TRY(auto recorder, Recorder::create(out, header, {.file_bytes_max = 8ULL << 30}));
    for (const auto& scrape : all) {
        const auto id = ids.find(scrape.name);
        if (id == ids.end()) continue;
        Event event{scrape.start + scrape.took, {}};
        std::string page;
        if (scrape.file.empty()) {
            event.what = ScrapeFailed{id->second, scrape.start, scrape.took, scrape.reason};
        } else {
            const auto word = word_of(scrape.name);
            if (!word.empty()) page = fmt::format("#4lw {}\n", word);
            page += read_file(scrape.file);
            const auto format = word.empty() ? PageFormat::Text : PageFormat::ZookeeperWords;
            event.what = PageArrived{id->second, scrape.start, scrape.took, format, page};
        }
        if (auto added = recorder.add(event); !added) return std::move(added).error();
        ++imported.events;
    }
    if (auto flushed = recorder.flush(); !flushed) return std::move(flushed).error();
    return imported;
}

} // namespace keepwatch::recording
