#include "engine/target_feed.h"

#include <algorithm>

#include <fmt/format.h>

namespace keepwatch::engine {
namespace {

// A broker that starts or stops shows half its page for 20 s and more. Below this part of what
// there used to be, a page says nothing by what it lacks.
constexpr double kWholePart = 0.5;
// What is gone for good is no longer expected after some 35 pages.
constexpr double kExpectationDecay = 0.98;
constexpr std::string_view kExported = "exported_";

// Where both have a label of one name.
Labels merge_disputed(const Labels& page, const Labels& target) {
    LabelsBuilder merged(page);
    for (const auto& [name, value] : target) {
        if (const auto own = page.get(name); !own.empty()) {
            auto exported = fmt::format("{}{}", kExported, name);
            while (page.has(exported) || target.has(exported)) exported.insert(0, kExported);
            merged.set(exported, own);
        }
        merged.set(name, value);
    }
    return merged.build();
}

} // namespace

Labels merge_labels(const Labels& page, const Labels& target) {
    std::vector<LabelView> merged;
    merged.reserve(page.size() + target.size());
    auto theirs = target.begin();
    for (const auto& label : page) {
        for (; theirs != Labels::end() && theirs->name < label.name; ++theirs)
            merged.push_back(*theirs);
        if (theirs != Labels::end() && theirs->name == label.name)
            return merge_disputed(page, target);
        merged.push_back(label);
    }
    for (; theirs != Labels::end(); ++theirs) merged.push_back(*theirs);
    return Labels::from_sorted(merged);
}

TargetFeed::TargetFeed(TargetInfo info, series::LiveStore& store, Admit admit,
                       exposition::Limits limits)
    : store_(store), admit_(std::move(admit)), pages_(store.add_source()),
      facts_(store.add_source()),
      reader_([this](const Labels& labels) { return resolve(labels); }, limits) {
    state_.info = std::move(info);
}

std::optional<Timestamp> TargetFeed::take(const PageArrived& page) {
    ++state_.scrapes;
    state_.scraped = true;
    state_.last_scrape = page.scheduled;
    state_.took = page.took;
    state_.bytes = page.body.size();
    read(page);
    state_.problems += state_.report.problem_count;
    if (const auto& refused = state_.report.refused) {
        ++state_.failures;
        ++state_.pages_refused;
        state_.up = false;
        state_.partial = false;
        state_.reason = fmt::format("page refused: line {}, byte {}: {}", refused->line,
                                    refused->offset, refused->message);
    } else {
        state_.up = true;
        // Only a page with new series can have new metrics.
        if (state_.report.series_added > 0)
            state_.families = std::make_shared<const exposition::Families>(
                exposition::read_families(page.body, page.format));
        judge_completeness();
    }
    return write_page(page.scheduled);
}

std::optional<Timestamp> TargetFeed::take(const ScrapeFailed& failure) {
    ++state_.scrapes;
    ++state_.failures;
    state_.scraped = true;
    state_.last_scrape = failure.scheduled;
    state_.took = failure.took;
    state_.bytes = 0;
    state_.report = {};
    state_.up = false;
    state_.partial = false;
    state_.reason = failure.reason;
    changes_ = {};
    return write_page(failure.scheduled);
}

void TargetFeed::read(const PageArrived& page) {
    const bool whole = has_absent_ || (has_given_way_ && has_exported_);
    if (!whole) {
        state_.report = reader_.read_changes(page.body, page.format, changes_);
        return;
    }
    changes_.whole = true;
    changes_.ended.clear();
    state_.report = reader_.read(page.body, page.format, changes_.readings);
}

void TargetFeed::judge_completeness() {
    const auto& report = state_.report;
    const auto expected = static_cast<double>(state_.samples_expected);
    const bool shrunk = static_cast<double>(report.samples) < expected * kWholePart;
    state_.samples_expected =
        std::max(report.samples, static_cast<std::size_t>(expected * kExpectationDecay));
    state_.partial = shrunk || report.partial();
    state_.reason.clear();
    if (report.partial()) {
        const auto& first = report.problems.front();
        state_.reason = fmt::format("{} lines do not parse, the first is line {}, byte {}: {}",
                                    report.problem_count, first.line, first.offset, first.message);
    } else if (shrunk) {
        state_.reason =
            fmt::format("{} samples where {} are usual", report.samples, state_.samples_expected);
    }
}

std::optional<Timestamp> TargetFeed::write_page(Timestamp scheduled) {
    using Update = series::LiveStore::Update;
    if (!store_.begin(pages_, scheduled)) {
        reader_.forget(); // What changed since this page would be too little.
        return std::nullopt;
    }
    // What stands on a line that could not be read has not ended.
    const bool unread = state_.up && state_.report.partial();
    const auto missing = unread ? Update::Partial : Update::Full;
    has_absent_ = unread && (changes_.whole || !changes_.ended.empty());
    for (const auto ended : changes_.ended) store_.leave(ended, missing);
    bool known = true;
    for (const auto& reading : changes_.readings) {
        if (reading.series == exposition::kUnwanted) continue;
        known &= reading.at ? store_.append(reading.series, *reading.at, reading.value)
                            : store_.set(reading.series, reading.value);
    }
    write_synthetic();
    store_.end(pages_, changes_.whole ? missing : Update::Changes);
    if (changes_.whole) changes_ = {}; // As large as the page, where changes are few.
    // While the target is down the store may drop what it had; the next page asks for it anew.
    if (!state_.up || !known) reader_.forget();
    return scheduled;
}

// https://prometheus.io/docs/concepts/jobs_instances/#automatically-generated-labels-and-time-series
void TargetFeed::write_synthetic() {
    const auto& report = state_.report;
    const auto samples = state_.up ? static_cast<double>(report.samples) : 0;
    write_synthetic("up", state_.up ? 1 : 0);
    write_synthetic("scrape_duration_seconds", state_.took.seconds());
    write_synthetic("scrape_samples_scraped", samples);
    write_synthetic("scrape_samples_post_metric_relabeling", samples);
    write_synthetic("scrape_series_added",
                    state_.up ? static_cast<double>(report.series_added) : 0);
}

void TargetFeed::write_synthetic(std::string_view name, double value) {
    const auto labels = state_.info.labels.with(kNameLabel, name);
    if (const auto id = find(pages_, labels, Origin::Synthetic)) (void)store_.set(*id, value);
}

std::optional<Timestamp> TargetFeed::take(const FactsLearned& learned, Timestamp at) {
    if (!store_.begin(facts_, at)) return std::nullopt;
    for (const auto& fact : learned.facts) {
        const auto labels =
            merge_labels(fact.labels.with(kNameLabel, fact.name), state_.info.labels);
        if (const auto id = find(facts_, labels, Origin::Fact)) (void)store_.set(*id, fact.value);
    }
    store_.end(facts_, series::LiveStore::Update::Partial);
    return at;
}

exposition::SeriesRef TargetFeed::resolve(const Labels& labels) {
    note_names(labels);
    const auto id = find(pages_, merge_labels(labels, state_.info.labels), Origin::Page);
    return id.value_or(exposition::kUnwanted);
}

void TargetFeed::note_names(const Labels& labels) {
    for (const auto& [name, value] : labels) {
        has_given_way_ |= state_.info.labels.has(name);
        has_exported_ |= name.starts_with(kExported);
    }
}

std::optional<series::SeriesId> TargetFeed::find(series::SourceId source, const Labels& labels,
                                                 Origin origin) {
    if (!admit_(labels, origin)) return std::nullopt;
    return store_.series(source, labels);
}

void TargetFeed::shift(Duration by) {
    if (state_.scraped) state_.last_scrape = state_.last_scrape + by;
}

} // namespace keepwatch::engine
