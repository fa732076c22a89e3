#include <algorithm>

#include "runbook/runbook.h"

namespace keepwatch::runbook {
namespace {

bool answers_to(const Runbook& runbook, std::string_view name) {
    return runbook.id == name || runbook.alert == name ||
           std::find(runbook.aliases.begin(), runbook.aliases.end(), name) != runbook.aliases.end();
}

} // namespace

const Runbook* RunbookLibrary::find(std::string_view id_or_alert) const {
    const auto found =
        std::find_if(runbooks_.begin(), runbooks_.end(),
                     [&](const Runbook& runbook) { return answers_to(runbook, id_or_alert); });
    return found == runbooks_.end() ? nullptr : &*found;
}

void RunbookLibrary::add(Runbook runbook) {
    std::erase_if(runbooks_, [&](const Runbook& known) {
        return known.id == runbook.id || known.alert == runbook.alert;
    });
    runbooks_.push_back(std::move(runbook));
}

} // namespace keepwatch::runbook
