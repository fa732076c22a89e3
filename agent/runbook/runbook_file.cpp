#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "config/table_reader.h"
#include "runbook/runbook.h"

namespace keepwatch::runbook {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kRunbookBytesMax = 1 << 20;
constexpr std::string_view kFence = "+++";

Error invalid(std::string message, const std::string& file, std::uint32_t line) {
    return {ErrorKind::InvalidInput, std::move(message),
            Location{.file = file, .line = line, .column = line == 0 ? 0U : 1U}};
}

// The front matter and what follows it, with the line on which that begins.
struct Parts {
    std::string_view front;
    std::string_view body;
    std::uint32_t body_line = 1;
};

Result<Parts> split(std::string_view text, const std::string& file) {
    const auto is_fence = [](std::string_view line) { return line == kFence || line == "+++\r"; };
    if (!is_fence(text.substr(0, text.find('\n'))))
        return invalid("an SOP begins with a line +++ and its front matter", file, 1);
    std::size_t at = text.find('\n');
    const auto front = at + 1;
    for (std::uint32_t line = 2; at != std::string_view::npos && at + 1 < text.size(); ++line) {
        const auto begin = at + 1;
        at = text.find('\n', begin);
        const auto end = std::min(at, text.size());
        if (!is_fence(text.substr(begin, end - begin))) continue;
        return Parts{text.substr(front, begin - front), text.substr(std::min(end + 1, text.size())),
                     line + 1};
    }
    return invalid("the front matter has no closing line +++", file, 1);
}

// A TOML date, or a string that looks like one.
void read_date(config::TableReader& reader, const config::Document& document, std::string& into) {
    constexpr std::string_view key = "last_reviewed";
    if (reader.type_of(key) == config::TableReader::Type::Absent) return;
    const auto* node = document.root().get(key);
    if (const auto* date = node->as_date()) {
        const auto day = date->get();
        into = fmt::format("{:04}-{:02}-{:02}", day.year, day.month, day.day);
        return;
    }
    const auto text = node->value_or(std::string());
    if (const auto parsed = parse_timestamp(text + "T00:00:00Z"); parsed && text.size() == 10)
        into = text;
    else
        reader.fail(key, "must be a date such as 2026-11-24");
}

void read_front(config::TableReader& reader, Runbook& into) {
    std::size_t schema = 0;
    reader.required("schema", schema);
    if (schema > 1) reader.fail("schema", "is newer than this agent, which knows schema 1");
    reader.required("id", into.id).required("alert", into.alert).required("title", into.title);
    reader.optional("aliases", into.aliases).optional("component", into.component);
    reader.optional("scope", into.scope).optional("severity", into.severity);
    reader.optional("owner", into.owner)
        .optional("kafka", into.kafka)
        .optional("modes", into.modes);
    reader.optional("metrics", into.metrics).optional("dashboards", into.dashboards);
    reader.optional("page_steps", into.page_steps).optional("est_minutes", into.est_minutes);
    reader.optional("permissions", into.permissions).optional("tested_with", into.tested_with);
    reader.optional("drill", into.drill);
}

Result<std::string> read_file(const std::string& path) {
    std::error_code failed;
    const auto size = fs::file_size(path, failed);
    if (failed) return Error{ErrorKind::Storage, failed.message(), {path, 0, 0}};
    if (size > kRunbookBytesMax)
        return Error{
            ErrorKind::LimitExceeded,
            fmt::format("an SOP of {} bytes; at most {} are allowed", size, kRunbookBytesMax),
            {path, 0, 0}};
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

std::vector<std::string> files_of(const std::string& path, std::vector<Error>& errors) {
    std::error_code failed;
    const auto status = fs::status(path, failed);
    if (fs::is_regular_file(status)) return {path};
    std::vector<std::string> files;
    if (!fs::is_directory(status)) {
        errors.push_back(invalid("no such SOP file or folder", path, 0));
        return files;
    }
    for (fs::directory_iterator entry(path, failed), end; !failed && entry != end;
         entry.increment(failed))
        if (entry->path().extension() == ".md" && entry->is_regular_file(failed))
            files.push_back(entry->path().string());
    if (failed) errors.push_back({ErrorKind::Storage, failed.message(), {path, 0, 0}});
    std::sort(files.begin(), files.end());
    return files;
}

// All that is wrong with one file; a runbook even so, if its name and its alert are known.
std::optional<Runbook> read_runbook(std::string_view text, const std::string& file,
                                    std::vector<Error>& errors) {
    auto parts = split(text, file);
    if (!parts) {
        errors.push_back(std::move(parts).error());
        return std::nullopt;
    }
    auto document = config::Document::parse(parts->front, file, 2);
    if (!document) {
        errors.push_back(std::move(document).error());
        return std::nullopt;
    }
    config::TableReader reader(*document, errors);
    Runbook runbook;
    read_front(reader, runbook);
    read_date(reader, *document, runbook.last_reviewed);
    reader.finish();
    runbook.body = parts->body;
    runbook.body_line = parts->body_line;
    runbook.path = file;
    if (runbook.id.empty() || runbook.alert.empty()) return std::nullopt;
    return runbook;
}

} // namespace

Result<Runbook> parse_runbook(std::string_view text, const std::string& file_name) {
    std::vector<Error> errors;
    auto runbook = read_runbook(text, file_name, errors);
    if (!errors.empty()) return std::move(errors.front());
    return *std::move(runbook);
}

LoadedRunbooks load_runbooks(const std::vector<std::string>& paths) {
    LoadedRunbooks loaded;
    for (const auto& path : paths) {
        for (const auto& file : files_of(path, loaded.errors)) {
            auto text = read_file(file);
            if (!text) {
                loaded.errors.push_back(std::move(text).error());
                continue;
            }
            auto runbook = read_runbook(*text, file, loaded.errors);
            if (!runbook) continue;
            const auto* known = loaded.library.find(runbook->id);
            if (known != nullptr && known->alert != runbook->alert)
                loaded.errors.push_back(invalid(
                    fmt::format("the id {} is already that of {}", runbook->id, known->path), file,
                    1));
            else
                loaded.library.add(*std::move(runbook));
        }
    }
    return loaded;
}

} // namespace keepwatch::runbook
