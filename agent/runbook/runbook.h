#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "alert/transition.h"
#include "model/result.h"
#include "series/source.h"

namespace keepwatch::runbook {

// One SOP page: Markdown with TOML front matter between `+++` lines, about one alert.
struct Runbook {
    std::string id;    // Stable: "KW-KAFKA-URP".
    std::string alert; // The alert's name; equals the file's stem.
    std::vector<std::string>
        aliases; // Further alerts, such as severity tiers, that share the page.
    std::string title;
    std::string component;            // "kafka-broker", "zookeeper", "kraft", "host", "keepwatch".
    std::string scope;                // "cluster", "broker", "topic", "host".
    std::string severity;             // "critical", "warning", "info".
    std::string owner;                // Whom escalation goes to.
    std::string kafka;                // Versions it holds for: ">=2.8".
    std::vector<std::string> modes;   // "zk", "kraft".
    std::vector<std::string> metrics; // Every metric of the rule's expression.
    std::vector<std::string> dashboards;
    std::vector<std::string> page_steps; // At most three, each at most 200 bytes; templates.
    std::size_t est_minutes = 0;
    std::vector<std::string> permissions;
    std::string last_reviewed;            // YYYY-MM-DD.
    std::vector<std::string> tested_with; // Kafka versions on which its commands were run.
    std::string drill;           // The fault injection that makes the alert fire; "" if none.
    std::string body;            // Markdown after the front matter; a template.
    std::uint32_t body_line = 1; // Of the file, on which the body begins.
    std::string path;
};

// What goes into a page about a firing alert.
struct Rendered {
    std::string id;
    std::string title;
    std::string url;                // "" without a base URL.
    std::vector<std::string> steps; // First steps, with live values.
    std::string diagnosis; // The read-only PromQL blocks of Verify and Diagnosis, each with
                           // its answer at this moment, as plain text; bounded.
    std::vector<std::string> problems; // What could not be rendered and stands as plain text.
};

struct RenderContext {
    const alert::Alert* alert = nullptr;
    const series::SeriesSource* series = nullptr;
    Timestamp now;
    std::string base_url;                    // `https://sop.example.com`; the page is BASE/ID.
    std::vector<std::string> steps_override; // A rule's own page_steps, if it has any.
};

class RunbookLibrary {
public:
    const Runbook* find(std::string_view id_or_alert) const; // Null if there is none.
    const std::vector<Runbook>& all() const { return runbooks_; }
    void add(Runbook runbook); // One of the same id or alert replaces the former.

private:
    std::vector<Runbook> runbooks_;
};

struct LoadedRunbooks {
    RunbookLibrary library;
    std::vector<Error> errors; // Located at file:line:column.
};
LoadedRunbooks load_runbooks(const std::vector<std::string>& paths); // Files or folders of *.md.
Result<Runbook> parse_runbook(std::string_view text, const std::string& file_name);

// Never gives up: what cannot be rendered is handed out as it is written, and named in `problems`.
Rendered render(const Runbook& runbook, const RenderContext& context);

// The whole page as Markdown, with live values and with an answer below every PromQL block.
std::string render_markdown(const Runbook& runbook, const RenderContext& context);

// Markdown for a terminal: no markup, lines of at most `width` columns.
std::string to_plain_text(std::string_view markdown, int width = 80);

} // namespace keepwatch::runbook
