#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "alert/rule_parts.h"
#include "config/nearest.h"
#include "config/table_reader.h"

namespace keepwatch::alert {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kRuleFileBytesMax = 4 << 20;

bool is_rule_file(const fs::path& path) {
    const auto extension = path.extension();
    return extension == ".toml" || extension == ".yml" || extension == ".yaml";
}

Error at_file(ErrorKind kind, std::string message, const std::string& file) {
    return {kind, std::move(message), Location{.file = file, .line = 0, .column = 0}};
}

Result<std::string> read_file(const std::string& path) {
    std::error_code failed;
    const auto size = fs::file_size(path, failed);
    if (failed) return at_file(ErrorKind::Storage, failed.message(), path);
    if (size > kRuleFileBytesMax)
        return at_file(
            ErrorKind::LimitExceeded,
            fmt::format("a rule file of {} bytes; at most {} are allowed", size, kRuleFileBytesMax),
            path);
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return at_file(ErrorKind::Storage, "cannot be read", path);
    return std::move(text).str();
}

// The rule files of a folder in the order of their names, or the file itself.
Result<std::vector<std::string>> files_of(const std::string& path) {
    std::error_code failed;
    const auto status = fs::status(path, failed);
    if (fs::is_regular_file(status)) return std::vector{path};
    if (!fs::is_directory(status))
        return at_file(ErrorKind::InvalidInput, "no such rule file or folder", path);
    std::vector<std::string> files;
    for (fs::directory_iterator entry(path, failed), end; !failed && entry != end;
         entry.increment(failed))
        if (is_rule_file(entry->path()) && entry->is_regular_file(failed))
            files.push_back(entry->path().string());
    if (failed) return at_file(ErrorKind::Storage, failed.message(), path);
    std::sort(files.begin(), files.end());
    return files;
}

void append(LoadedRules& into, LoadedRules from) {
    std::move(from.rules.groups.begin(), from.rules.groups.end(),
              std::back_inserter(into.rules.groups));
    std::move(from.errors.begin(), from.errors.end(), std::back_inserter(into.errors));
    std::move(from.packs.begin(), from.packs.end(), std::back_inserter(into.packs));
}

// What an operator sets for a pack that is not there, or under a name that it does not have, would
// silently not hold.
void refuse_unknown(std::span<const config::RuleParam> overrides, LoadedRules& loaded) {
    for (const auto& given : overrides) {
        std::vector<std::string_view> packs;
        std::vector<std::string_view> params;
        bool found = false;
        for (const auto& pack : loaded.packs) {
            packs.push_back(pack.name);
            if (pack.name != given.pack) continue;
            found = true;
            for (const auto& param : pack.params) params.push_back(param.name);
        }
        if (std::find(params.begin(), params.end(), given.name) != params.end()) continue;
        auto message =
            found ? fmt::format("rules.params.{}.{}: the pack has no such parameter{}", given.pack,
                                given.name, config::did_you_mean(given.name, params))
                  : fmt::format("rules.params.{}: there is no such pack{}", given.pack,
                                config::did_you_mean(given.pack, packs));
        loaded.errors.push_back({ErrorKind::InvalidInput, std::move(message), given.at});
    }
}

} // namespace

LoadedRules parse_rules(std::string_view text, const std::string& file_name,
                        std::span<const config::RuleParam> overrides,
                        const promql::Features& of_yaml) {
    const auto extension = fs::path(file_name).extension();
    if (extension == ".toml") return parse_native_rules(text, file_name, overrides);
    if (is_rule_file(file_name)) return parse_prometheus_rules(text, file_name, of_yaml);
    LoadedRules loaded;
    loaded.errors.push_back(at_file(ErrorKind::InvalidInput,
                                    "rules are read from .toml, .yml and .yaml files", file_name));
    return loaded;
}

LoadedRules load_rules(const std::vector<std::string>& paths,
                       std::span<const config::RuleParam> overrides,
                       const promql::Features& of_yaml) {
    LoadedRules loaded;
    std::set<fs::path> seen; // A file that is named twice must not alert twice.
    for (const auto& path : paths) {
        auto files = files_of(path);
        if (!files) {
            loaded.errors.push_back(std::move(files).error());
            continue;
        }
        for (const auto& file : *files) {
            std::error_code failed;
            const auto real = fs::weakly_canonical(file, failed);
            if (!seen.insert(failed ? fs::path(file) : real).second) continue;
            loaded.files.push_back(file);
            auto text = read_file(file);
            if (text)
                append(loaded, parse_rules(*text, file, overrides, of_yaml));
            else
                loaded.errors.push_back(std::move(text).error());
        }
    }
    refuse_unknown(overrides, loaded);
    if (loaded.errors.size() > config::kErrorsMax) loaded.errors.resize(config::kErrorsMax);
    return loaded;
}

} // namespace keepwatch::alert
