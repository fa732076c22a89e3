#pragma once

#include <functional>
#include <vector>

#include "engine/readership.h"
#include "engine/target_state.h"
#include "exposition/page_reader.h"
#include "model/event.h"
#include "series/live_store.h"

namespace keepwatch::engine {

// Brings what one target says into the store: its pages, the synthetic series that Prometheus
// writes beside them, and facts.
class TargetFeed {
public:
    // Told of each series that appears, with its full labels; says whether it is kept.
    using Admit = std::function<bool(const Labels&, Origin)>;

    // The store outlives it.
    TargetFeed(TargetInfo info, series::LiveStore& store, Admit admit, exposition::Limits limits);
    TargetFeed(const TargetFeed&) = delete;

    // Each returns the time of the samples it wrote; nothing if they were not after the last ones.
    std::optional<Timestamp> take(const PageArrived& page);
    std::optional<Timestamp> take(const ScrapeFailed& failure);
    std::optional<Timestamp> take(const FactsLearned& learned, Timestamp at);

    const TargetState& state() const { return state_; }
    // The metrics of the newest page, wanted or not.
    std::vector<exposition::NameCount> names() const { return reader_.names(); }
    series::SourceId pages() const { return pages_; }
    series::SourceId facts() const { return facts_; }
    // How many samples were usual before a restart.
    void expect(std::size_t samples) { state_.samples_expected = samples; }
    void shift(Duration by); // After the wall clock was set.

private:
    std::optional<Timestamp> write_page(Timestamp scheduled);
    void read(const PageArrived& page);
    void judge_completeness();
    void write_synthetic();
    void write_synthetic(std::string_view name, double value);
    exposition::SeriesRef resolve(const Labels& labels);
    void note_names(const Labels& labels);
    std::optional<series::SeriesId> find(series::SourceId source, const Labels& labels,
                                         Origin origin);

    TargetState state_;
    series::LiveStore& store_;
    Admit admit_;
    series::SourceId pages_;
    series::SourceId facts_;
    exposition::PageReader reader_;
    exposition::PageChanges changes_; // Of the newest page; reused.
    // Two series of a page may be one in the store: one whose label gave way to the target's, and
    // one that has the name which that label got.
    bool has_given_way_ = false;
    bool has_exported_ = false;
    // A page that could not be read in part left series without a sample; a whole one ends them.
    bool has_absent_ = false;
};

// The labels of a series as it is stored: those of the page and of the target. Where both have one,
// the target's stays and the page's becomes `exported_NAME`, as in Prometheus.
Labels merge_labels(const Labels& page, const Labels& target);

} // namespace keepwatch::engine
