#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "exposition/page_walk.h"

// What a walk over a page comes to.
namespace keepwatch::exposition {
namespace {

// Room for a page that is a little longer: a sixteenth.
constexpr std::size_t kSpare = 16;

} // namespace

void PageWalk::finish() {
    if (!notes_->refused() && !rules_->end.empty() && !is_ended())
        notes_->refuse(page_.data() + page_.size(),
                       fmt::format("the page is cut short: it does not end with {}", rules_->end));
    if (notes_->refused()) return;
    report_->lines = ends_.size() + (stopped_ ? 1 : 0);
    if (is_as_before()) {
        report_->samples = last_.series;
        commit(nullptr);
    } else {
        auto layout = new_layout();
        report_->samples =
            layout.size() -
            static_cast<std::size_t>(std::count(layout.prefixes.begin(), layout.prefixes.end(), 0));
        if (report_->samples > limits_.samples_max) check_sample_count(layout);
        notes_->finish();
        if (notes_->refused()) return;
        count_gone();
        commit(&layout);
    }
    if (!last_.timed || changes_->whole) return;
    changes_->whole = true;
    changes_->ended.clear();
    last_.read(*rules_, limits_, changes_->readings);
}

// Whether the last line is the one that ends a page.
bool PageWalk::is_ended() const {
    if (ends_.empty()) return false;
    const std::size_t start = ends_.size() > 1 ? ends_[ends_.size() - 2] : 0;
    auto line = page_.substr(start, ends_.back() - start);
    if (line.ends_with('\n')) line.remove_suffix(1);
    return line == rules_->end;
}

// Whether the page has the lines of the last one and no others.
bool PageWalk::is_as_before() const {
    return pieces_.size() == 1 && pieces_[0].old && pieces_[0].count == last_.layout.size();
}

PageLayout PageWalk::new_layout() const {
    PageLayout layout;
    layout.prefixes.reserve(ends_.size());
    layout.refs.reserve(ends_.size());
    layout.hashes.reserve(ends_.size());
    for (const auto& piece : pieces_)
        layout.append(piece.old ? last_.layout : added_, piece.first, piece.count);
    layout.ends = ends_;
    return layout;
}

void PageWalk::count_gone() {
    mark();
    const auto& old = last_.layout;
    for (std::size_t i = 0; i < old.size(); ++i) {
        if (!old.is_series(i) || used_[i] != 0) continue;
        ++report_->series_gone;
        if (old.refs[i] != kUnwanted) changes_->ended.push_back(old.refs[i]);
    }
}

// Refuses the page at the sample that is one too many.
void PageWalk::check_sample_count(const PageLayout& layout) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < layout.prefixes.size(); ++i) {
        if (layout.prefixes[i] == 0 || ++count <= limits_.samples_max) continue;
        const auto start = &layout == &added_ ? added_starts_[i] : layout.start(i);
        auto text = page_.substr(start, layout.prefixes[i]);
        (void)rules_->kind(text); // Its blanks go.
        return notes_->refuse(
            text.data(),
            fmt::format("the page has more than {} samples (samples_max)", limits_.samples_max));
    }
}

void PageWalk::commit(PageLayout* layout) {
    if (layout) {
        last_.layout = std::move(*layout);
        last_.series = report_->samples;
        last_.unread = 0;
        for (std::size_t i = 0; i < last_.layout.size(); ++i)
            last_.unread += last_.layout.is_unread(i) ? 1 : 0;
    } else {
        std::swap(last_.layout.ends, ends_);
    }
    last_.timed = timed_ || (last_.timed && !changes_->whole);
    if (last_.text.capacity() < page_.size()) {
        // Not to the double, as a string would grow by itself, and without the old text beside it.
        last_.text = {};
        last_.text.reserve(page_.size() + page_.size() / kSpare);
    }
    last_.text.assign(page_);
}

} // namespace keepwatch::exposition
