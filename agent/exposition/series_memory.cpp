#include "exposition/series_memory.h"

#include <functional>

#include "exposition/series_text.h"

namespace keepwatch::exposition {

namespace {

// Below this many a purge would not be worth the work.
constexpr std::size_t kStaleMin = 1024;

std::size_t hash_of(std::string_view text) {
    return std::hash<std::string_view>()(text);
}

// The labels of a text that parsed before.
Labels parsed(std::string_view text) {
    const Limits limits{.labels_max = ~std::size_t{0} - 1,
                        .label_value_bytes_max = ~std::size_t{0}};
    SeriesParser parser(limits);
    // What OpenMetrics allows is allowed in Prometheus's text too.
    return parser.parse(text, Blanks::Allowed) ? Labels() : parser.labels();
}

} // namespace

std::optional<SeriesMemory::TextId> SeriesMemory::find(std::string_view wanted) const {
    return by_text_.find(hash_of(wanted), [&](TextId id) { return text(id) == wanted; });
}

bool SeriesMemory::has_labels(std::uint32_t series, const Labels& labels) const {
    return parsed(text(series_[series].text)) == labels;
}

std::pair<SeriesMemory::TextId, bool> SeriesMemory::add(std::string_view added,
                                                        const Labels& labels) {
    const auto id = text_count();
    const auto known = by_labels_.find(
        labels.hash(), [&](std::uint32_t series) { return has_labels(series, labels); });
    const auto series = known.value_or(static_cast<std::uint32_t>(series_.size()));
    if (!known) {
        Series fresh;
        fresh.text = id;
        series_.push_back(fresh);
        by_labels_.add(labels.hash(), series);
    }
    texts_.push_back({bytes_.size(), static_cast<std::uint32_t>(added.size()), series, 0});
    bytes_ += added;
    by_text_.add(hash_of(added), id);
    return {id, !known};
}

void SeriesMemory::mark(TextId id, std::uint32_t page) {
    texts_[id].page = page;
    Series& marked = series_[texts_[id].series];
    marked.previous = marked.page;
    marked.page = page;
}

void SeriesMemory::unmark(std::uint32_t page) {
    for (Series& series : series_)
        if (series.page == page) series.page = series.previous;
}

void SeriesMemory::purge(std::uint32_t page, std::size_t series_on_page) {
    // Each of the page's series was written there in one way.
    const std::size_t stale = texts_.size() - series_on_page;
    if (stale <= series_on_page + kStaleMin) return;
    SeriesMemory kept;
    for (TextId id = 0; id < text_count(); ++id) {
        if (texts_[id].page != page) continue;
        const auto [copy, fresh] = kept.add(text(id), parsed(text(id)));
        const TextId own_text = kept.series(copy).text;
        kept.series(copy) = series(id);
        kept.series(copy).text = own_text;
        kept.texts_[copy].page = page;
    }
    *this = std::move(kept);
}

} // namespace keepwatch::exposition
