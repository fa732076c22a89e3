#include "exposition/page_walk.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "exposition/common_length.h"
#include "model/id_index.h"

// The walk along both pages; what becomes of it is in page_walk_finish.cpp.
namespace keepwatch::exposition {
namespace {

// How far a line is looked for among those that come next; a topic that was deleted takes some
// lines of each metric with it.
constexpr std::size_t kLookAhead = 64;
// After so many lines in a row that were not found there, none is looked for until one is known.
constexpr std::size_t kMissesMax = 32;
// A guess, for the first page.
constexpr std::size_t kUsualLineBytes = 128;

// The lines of a page, without their newline.
std::string_view without_newline(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    return line;
}

} // namespace

void PageWalk::run(std::string_view page, const LineRules& rules, PageReport& report,
                   PageChanges& into) {
    ReportWriter notes(page, limits_, report);
    page_ = page;
    rules_ = &rules;
    report_ = &report;
    notes_ = &notes;
    changes_ = &into;
    into.whole = asks_all_ || last_.empty();
    if (rules.is_cut(page))
        return notes.refuse(page.data() + page.size(),
                            "the page is cut short: its last line has no newline");
    ends_ = std::move(last_.ends_room);
    ends_.clear();
    ends_.reserve(last_.empty() ? page.size() / kUsualLineBytes : last_.layout.size());
    while (at_ < page_.size() && !stopped_ && !notes.refused()) step();
    finish();
    last_.ends_room = std::move(ends_);
}

void PageWalk::step() {
    if (!rules_->end.empty() && is_ended()) return stop();
    const auto& layout = last_.layout;
    while (old_ < layout.size() && is_dead(old_)) ++old_;
    std::size_t equal = 0;
    if (old_ < layout.size()) {
        const auto start = layout.start(old_);
        const auto size = std::min(layout.ends.back() - start, page_.size() - at_);
        equal = common_length(last_.text.data() + start, page_.data() + at_, size);
        if (asks_all_) {
            equal = std::min(equal, layout.ends[old_] - start - 1);
        } else {
            keep_equal(start + equal);
            if (at_ == page_.size() || old_ == layout.size() || is_dead(old_)) return;
            equal = start + equal - layout.start(old_);
        }
    }
    const auto line = take_line(equal);
    if (notes_->refused()) return;
    if (same_series(line, equal)) return known_line(line);
    const auto found = look_ahead(line);
    if (!found) {
        ++misses_;
        return new_line(line);
    }
    mark();
    old_ = *found;
    if (layout.is_series(old_))
        known_line(line);
    else
        keep(old_);
}

// The lines from the expected one on that end before `equal_until` on the old page.
void PageWalk::keep_equal(std::size_t equal_until) {
    const auto& ends = last_.layout.ends;
    const auto first = old_;
    const auto start = last_.layout.start(first);
    const auto shift = static_cast<std::uint32_t>(at_ - start); // Modulo 2^32.
    const bool watch = marked_ || last_.unread > 0;
    for (; old_ < ends.size() && ends[old_] <= equal_until; ++old_) {
        if (watch && is_dead(old_)) break;
        ends_.push_back(ends[old_] + shift);
    }
    if (old_ == first) return;
    if (marked_)
        std::fill(used_.begin() + static_cast<std::ptrdiff_t>(first),
                  used_.begin() + static_cast<std::ptrdiff_t>(old_), std::uint8_t{1});
    put(true, first, old_ - first);
    at_ = ends_.back();
    misses_ = 0;
}

// No line of the new page may be taken for it: it could not be read, or was met already.
bool PageWalk::is_dead(std::size_t line) const {
    return (last_.unread > 0 && last_.layout.is_unread(line)) || (marked_ && used_[line] != 0);
}

// The next line of the new page, which has `equal` bytes in common with the expected one.
std::string_view PageWalk::take_line(std::size_t equal) {
    const char* const start = page_.data() + at_;
    const std::size_t left = page_.size() - at_;
    const void* const newline = std::memchr(start + equal, '\n', left - equal);
    const std::size_t size =
        newline ? static_cast<std::size_t>(static_cast<const char*>(newline) - start) : left;
    if (size > limits_.line_bytes_max)
        notes_->refuse(start, fmt::format("a line is longer than {} bytes (line_bytes_max)",
                                          limits_.line_bytes_max));
    at_ += size + (newline ? 1 : 0);
    ends_.push_back(static_cast<std::uint32_t>(at_));
    return {start, size};
}

bool PageWalk::same_series(std::string_view line, std::size_t equal) const {
    if (old_ >= last_.layout.size()) return false;
    const std::size_t prefix = last_.layout.prefixes[old_];
    return prefix != 0 && equal >= prefix && continues(line.substr(0, prefix), line);
}

// The old line that this one continues or repeats.
std::optional<std::size_t> PageWalk::look_ahead(std::string_view line) const {
    if (line.empty() || misses_ > kMissesMax || is_unterminated()) return std::nullopt;
    const auto& layout = last_.layout;
    const auto end = std::min(layout.size(), old_ + kLookAhead);
    for (auto i = old_; i < end; ++i) {
        if (is_dead(i)) continue;
        if (layout.is_series(i)) {
            const auto series = layout.series(i, last_.text);
            if (line.starts_with(series) && continues(series, line)) return i;
        } else if (line == without_newline(layout.line(i, last_.text))) {
            return i;
        }
    }
    return std::nullopt;
}

void PageWalk::keep(std::size_t line) {
    if (marked_) used_[line] = 1;
    put(true, line, 1);
    old_ = line + 1;
    misses_ = 0;
}

void PageWalk::stop() {
    stopped_ = true;
    notes_->problem(page_.data() + at_, fmt::format("expected nothing after {}", rules_->end));
}

// A line of the expected series, with another value.
void PageWalk::known_line(std::string_view line) {
    const auto expected = old_;
    const auto prefix = last_.layout.prefixes[expected];
    Measure measure;
    if (auto wrong = rules_->read_measure(line.substr(prefix), limits_, measure)) {
        notes_->fault(line.data() + prefix, *std::move(wrong));
        mark();
        ++old_;
        return add_unread();
    }
    auto ref = last_.layout.refs[expected];
    if (asks_all_) {
        mark();
        used_[expected] = 1;
        ++old_;
        ref = resolve_(labels_of(line));
        add(prefix, ref, last_.layout.hashes[expected]);
    } else {
        keep(expected);
    }
    stage(ref, measure);
}

void PageWalk::new_line(std::string_view line) {
    auto text = line;
    const auto kind = rules_->kind(text);
    if (kind == LineRules::Kind::Sample) return new_sample(line, text);
    if (kind == LineRules::Kind::Comment)
        if (auto wrong = rules_->check_comment(text)) {
            notes_->metadata_problem(text.data() + wrong->offset, std::move(wrong->message));
            return add_unread();
        }
    // What has no newline may be more than this on the next page.
    if (is_unterminated()) return add_unread();
    add_plain();
}

void PageWalk::new_sample(std::string_view line, std::string_view text) {
    mark();
    if (auto wrong = parser_.parse(text, rules_->blanks)) {
        notes_->fault(text.data(), *std::move(wrong));
        return add_unread();
    }
    const auto series = text.substr(0, parser_.length());
    Measure measure;
    if (auto wrong = rules_->read_measure(text.substr(series.size()), limits_, measure)) {
        notes_->fault(text.data() + series.size(), *std::move(wrong));
        return add_unread();
    }
    const auto labels = parser_.labels();
    const auto hash = folded(labels.hash());
    const auto known = find(labels, hash, series);
    const auto old_count = last_.layout.size();
    if (known && (*known >= old_count || used_[*known] != 0)) {
        notes_->twice(text.data(), series);
        return add_unread();
    }
    if (known) {
        used_[*known] = 1;
        old_ = *known + 1; // What comes next likely stood there too.
    } else {
        ++report_->series_added;
    }
    const auto ref = known && !asks_all_ ? last_.layout.refs[*known] : resolve_(labels);
    const auto prefix = static_cast<std::size_t>(text.data() - line.data()) + series.size();
    add(static_cast<std::uint32_t>(prefix), ref, hash);
    stage(ref, measure);
}

void PageWalk::mark() {
    if (marked_) return;
    marked_ = true;
    used_.assign(last_.layout.size(), 0);
    std::fill_n(used_.begin(), old_, std::uint8_t{1});
}

std::optional<std::uint32_t> PageWalk::find(const Labels& labels, std::uint32_t hash,
                                            std::string_view text) {
    if (index_.empty()) build_index();
    return index_.find(
        hash, [this](std::uint32_t number) { return hash_of(number); },
        [&](std::uint32_t number) {
            const auto known = text_of(number);
            return known == text || labels_of(known) == labels;
        });
}

void PageWalk::build_index() {
    const auto& layout = last_.layout;
    index_.reserve(last_.empty() ? page_.size() / kUsualLineBytes : last_.series);
    const auto hash = [this](std::uint32_t number) { return hash_of(number); };
    for (std::size_t i = 0; i < layout.size(); ++i)
        if (layout.is_series(i)) index_.add(static_cast<std::uint32_t>(i), hash);
    for (std::size_t i = 0; i < added_.prefixes.size(); ++i)
        if (added_.is_series(i)) index_.add(static_cast<std::uint32_t>(layout.size() + i), hash);
}

std::uint32_t PageWalk::hash_of(std::uint32_t number) const {
    const auto old_count = last_.layout.size();
    return number < old_count ? last_.layout.hashes[number] : added_.hashes[number - old_count];
}

// The text of a series by its number in the index.
std::string_view PageWalk::text_of(std::uint32_t number) const {
    const auto old_count = last_.layout.size();
    auto text = number < old_count ? last_.layout.series(number, last_.text)
                                   : page_.substr(added_starts_[number - old_count],
                                                  added_.prefixes[number - old_count]);
    (void)rules_->kind(text);
    return text;
}

// Of a line, or the beginning of one, that was parsed before.
Labels PageWalk::labels_of(std::string_view text) {
    (void)rules_->kind(text);
    return parser_.parse(text, rules_->blanks) ? Labels() : parser_.labels();
}

void PageWalk::add(std::uint32_t prefix, SeriesRef ref, std::uint32_t hash) {
    const auto number = added_.prefixes.size();
    put(false, number, 1);
    added_.add(prefix, ref, hash);
    added_starts_.push_back(ends_.size() > 1 ? ends_[ends_.size() - 2] : 0);
    if (prefix == 0) return;
    if (!index_.empty())
        index_.add(static_cast<std::uint32_t>(last_.layout.size() + number),
                   [this](std::uint32_t of) { return hash_of(of); });
    if (++added_series_ > limits_.samples_max) check_sample_count(added_);
}

void PageWalk::put(bool old, std::size_t first, std::size_t count) {
    if (!pieces_.empty()) {
        auto& newest = pieces_.back();
        if (newest.old == old && newest.first + newest.count == first) {
            newest.count += count;
            return;
        }
    }
    pieces_.push_back({old, first, count});
}

void PageWalk::stage(SeriesRef ref, const Measure& measure) {
    if (ref == kUnwanted) return;
    timed_ |= measure.at.has_value();
    changes_->readings.push_back({ref, measure.value, measure.at});
}

} // namespace keepwatch::exposition
