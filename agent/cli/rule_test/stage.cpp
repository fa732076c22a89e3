#include "cli/rule_test/stage.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "exposition/label_text.h"
#include "model/number.h"

namespace keepwatch::cli::rule_test {
namespace {

constexpr std::string_view kFact = "keepwatch_process_up";
// Series that every page has besides those of the test, so that it is neither empty nor seems to
// have lost half of its lines when some of those are missing.
constexpr std::string_view kPadding = "keepwatch_test_padding";
constexpr std::size_t kPageSamplesMax = 500'000;

std::string line_of(const Labels& labels, double value) {
    std::string inner;
    for (const auto& [name, text] : labels)
        if (name != kNameLabel)
            inner += fmt::format("{}{}=\"{}\"", inner.empty() ? "" : ",", name,
                                 exposition::escaped_label_value(text));
    return fmt::format("{}{{{}}} {}\n", labels.name(), inner, format_number(value));
}

} // namespace

Stage::Stage(std::vector<InputSeries> series, Timestamp start, Duration interval,
             const std::string& cluster)
    : next_(start), interval_(interval) {
    for (auto& one : series) {
        if (!one.labels.has("instance")) {
            pushed_.push_back(std::move(one));
            continue;
        }
        auto& member = member_of(one.labels, cluster);
        std::vector<std::string> names;
        for (const auto& [name, value] : member.info.labels) names.emplace_back(name);
        one.labels = one.labels.without(names);
        const bool bare = one.labels.size() == 1;
        if (auto* slots = scrape_slots(member, one.labels.name()); slots != nullptr && bare)
            *slots = std::move(one.slots);
        else if (one.labels.name() == kFact)
            member.facts.push_back(std::move(one));
        else
            member.page.push_back(std::move(one));
    }
}

Stage::Member& Stage::member_of(const Labels& labels, const std::string& cluster) {
    LabelsBuilder own;
    own.set("instance", labels.get("instance")).set("job", labels.get("job"));
    own.set("cluster", labels.has("cluster") ? labels.get("cluster") : std::string_view(cluster));
    const auto identity = own.build();
    const auto same = [&](const Member& member) { return member.info.labels == identity; };
    const auto found = std::find_if(members_.begin(), members_.end(), same);
    if (found != members_.end()) return *found;
    auto& member = members_.emplace_back();
    member.info = {std::string(labels.get("instance")), std::string(labels.get("job")), interval_,
                   identity};
    return member;
}

// What is not on a page, but of it.
std::optional<Slots>* Stage::scrape_slots(Member& member, std::string_view name) {
    if (name == "up") return &member.up;
    if (name == "scrape_duration_seconds") return &member.took;
    if (name == "scrape_samples_scraped") return &member.samples;
    return nullptr;
}

std::vector<TargetInfo> Stage::targets() const {
    std::vector<TargetInfo> infos;
    for (const auto& member : members_) infos.push_back(member.info);
    return infos;
}

void Stage::play_until(Timestamp until, engine::Engine& engine) {
    for (; next_ <= until; next_ = next_ + interval_, ++tick_) play_tick(engine);
    engine.apply({until, Tick{}});
}

void Stage::play_tick(engine::Engine& engine) {
    for (TargetId id = 0; id < members_.size(); ++id) learn_facts(id, engine);
    for (TargetId id = 0; id < members_.size(); ++id) scrape(id, engine);
    push(engine);
}

std::optional<double> Stage::value(const Slots& slots, std::size_t tick) {
    if (tick >= slots.size() || !slots[tick] || is_stale(*slots[tick])) return std::nullopt;
    return slots[tick];
}

void Stage::learn_facts(TargetId id, engine::Engine& engine) const {
    FactsLearned learned{id, {}};
    for (const auto& fact : members_[id].facts) {
        const auto now = value(fact.slots, tick_);
        const auto before = tick_ == 0 ? std::nullopt : value(fact.slots, tick_ - 1);
        if (now && now != before)
            learned.facts.push_back(
                {std::string(fact.labels.name()), fact.labels.without_name(), *now});
    }
    if (!learned.facts.empty()) engine.apply({next_ - milliseconds(1), std::move(learned)});
}

void Stage::scrape(TargetId id, engine::Engine& engine) const {
    const auto& member = members_[id];
    const auto up = member.up ? value(*member.up, tick_) : std::optional<double>(1);
    if (!up) return;
    const auto seconds = member.took ? value(*member.took, tick_).value_or(0) : 0;
    const Duration took{std::llround(seconds * 1e3)};
    if (*up == 0) {
        engine.apply({next_, ScrapeFailed{id, next_, took, "up is 0 in the test"}});
        return;
    }
    const auto body = page_of(member);
    engine.apply({next_, PageArrived{id, next_, took, PageFormat::Text, body}});
}

std::string Stage::page_of(const Member& member) const {
    std::string body;
    std::size_t lines = 0;
    for (const auto& series : member.page) {
        const auto now = value(series.slots, tick_);
        if (!now) continue;
        body += line_of(series.labels, *now);
        ++lines;
    }
    auto wanted = lines + 2 * member.page.size() + 1;
    if (const auto samples = member.samples ? value(*member.samples, tick_) : std::nullopt)
        wanted = static_cast<std::size_t>(
            std::clamp(*samples, 1.0, static_cast<double>(kPageSamplesMax)));
    for (std::size_t i = 0; lines < wanted; ++i, ++lines)
        body += fmt::format("{}{{n=\"{}\"}} 0\n", kPadding, i);
    return body;
}

void Stage::push(engine::Engine& engine) const {
    SeriesPushed pushed;
    for (const auto& series : pushed_)
        if (tick_ < series.slots.size() && series.slots[tick_])
            pushed.series.push_back({series.labels, {{next_, *series.slots[tick_]}}});
    if (!pushed.series.empty()) engine.apply({next_, std::move(pushed)});
}

} // namespace keepwatch::cli::rule_test
