#include "cli/sop.h"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/exit_code.h"
#include "net/clock.h"
#include "runbook/lint.h"
#include "runbook/runbook.h"

namespace keepwatch::cli {
namespace {

namespace json = boost::json;

std::size_t print_errors(const std::vector<Error>& errors) {
    for (const auto& error : errors) fmt::print(stderr, "{}\n", error.to_string());
    return errors.size();
}

std::string alerts_of(const runbook::Runbook& page) {
    auto names = page.aliases;
    names.insert(names.begin(), page.alert);
    return fmt::format("{}", fmt::join(names, ", "));
}

std::string as_json(const runbook::Runbook& page) {
    json::array alerts{page.alert};
    for (const auto& alias : page.aliases) alerts.emplace_back(alias);
    return json::serialize(json::object{{"id", page.id},
                                        {"alerts", std::move(alerts)},
                                        {"title", page.title},
                                        {"component", page.component},
                                        {"severity", page.severity},
                                        {"owner", page.owner},
                                        {"path", page.path}});
}

} // namespace

void print_sop(const std::string& markdown, const SopOptions& options) {
    fmt::print("{}\n", options.raw ? markdown : runbook::to_plain_text(markdown));
}

int sop_list(const SopOptions& options) {
    const auto loaded = runbook::load_runbooks(or_default(options.packs).runbooks);
    std::size_t width = 0;
    for (const auto& page : loaded.library.all()) width = std::max(width, page.id.size());
    for (const auto& page : loaded.library.all()) {
        if (options.json)
            fmt::print("{}\n", as_json(page));
        else
            fmt::print("{:{}}  {:8}  {}\n", page.id, width, page.severity, alerts_of(page));
    }
    return print_errors(loaded.errors) == 0 ? kOk : kFailure;
}

int sop_show(const SopOptions& options) {
    const auto loaded = runbook::load_runbooks(or_default(options.packs).runbooks);
    const auto* page = loaded.library.find(options.page);
    if (page == nullptr) {
        print_errors(loaded.errors);
        fmt::print(stderr, "there is no SOP \"{}\"; `keepwatch sop list` names them all\n",
                   options.page);
        return kFailure;
    }
    print_sop(page->body, options);
    return kOk;
}

int sop_lint(const SopOptions& options) {
    const auto packs = or_default(options.packs);
    const auto loaded = runbook::load_runbooks(packs.runbooks);
    auto rules = alert::load_rules(packs.rules);
    runbook::Rules alerting;
    for (const auto& group : rules.rules.groups)
        for (const auto& rule : group.rules)
            if (rule->kind == alert::Rule::Kind::Alerting) alerting.push_back(rule);
    const auto unreadable = print_errors(loaded.errors) + print_errors(rules.errors);
    const auto findings =
        print_errors(runbook::lint(loaded.library, alerting, net::RealClock().now()));
    fmt::print("{} SOPs and {} alerts checked, {} findings\n", loaded.library.all().size(),
               alerting.size(), unreadable + findings);
    if (unreadable > 0) return kFailure;
    return findings > 0 ? kFindings : kOk;
}

} // namespace keepwatch::cli
