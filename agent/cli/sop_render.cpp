#include <algorithm>

#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/sop.h"
#include "engine/engine.h"
#include "recording/recording.h"
#include "runbook/runbook.h"

namespace keepwatch::cli {
namespace {

bool is_about(const runbook::Runbook& page, std::string_view alert) {
    return page.alert == alert ||
           std::find(page.aliases.begin(), page.aliases.end(), alert) != page.aliases.end();
}

// The alert of this page that a reader of the recording meets first: the one that fires, or, if a
// moment was named, the one that burns then.
class FirstAlert {
public:
    FirstAlert(const runbook::Runbook& page, std::optional<Timestamp> at) : page_(page), at_(at) {}

    // Whether the recording has been followed far enough.
    bool see(const Event& event, const std::vector<engine::Outcome>& outcomes) {
        if (at_ && event.at > *at_) return true;
        for (const auto& [step, runbook, sop] : outcomes) {
            if (!is_about(page_, step.rule)) continue;
            if (step.to == alert::Transition::To::Firing && !found_) found_ = step.alert;
            if (step.to == alert::Transition::To::Resolved && found_ &&
                found_->labels == step.alert.labels)
                found_.reset();
        }
        return !at_ && found_;
    }
    const std::optional<alert::Alert>& found() const { return found_; }

private:
    const runbook::Runbook& page_;
    std::optional<Timestamp> at_;
    std::optional<alert::Alert> found_;
};

int refuse(std::string_view why) {
    fmt::print(stderr, "{}\n", why);
    return kFailure;
}

} // namespace

int sop_render(const SopOptions& options) {
    auto recording = recording::Recording::open(options.recording);
    if (!recording) return refuse(recording.error().to_string());
    auto loaded = load_for(recording->header(), or_default(options.packs));
    const auto library = loaded.setup.runbooks;
    const auto* page = library.find(options.page);
    if (page == nullptr) return refuse(fmt::format("there is no SOP \"{}\"", options.page));

    engine::Engine engine(std::move(loaded.setup));
    FirstAlert alert(*page, options.at);
    while (const auto event = recording->next())
        if (alert.see(*event, engine.apply(*event))) break;
    if (!alert.found())
        return refuse(fmt::format("{} does not fire in {}{}", page->alert, options.recording,
                                  options.at ? " at that time" : ""));

    runbook::RenderContext context;
    context.alert = &*alert.found();
    context.series = &engine.store();
    context.now = options.at.value_or(engine.now());
    print_sop(runbook::render_markdown(*page, context), options);
    return kOk;
}

} // namespace keepwatch::cli
