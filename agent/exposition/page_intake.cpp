#include "exposition/page_intake.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace keepwatch::exposition {

PageIntake::PageIntake(Context context, std::string_view page, PageReport& report,
                       std::vector<Reading>& into)
    : context_(context), page_(page), report_(report), into_(into), parser_(context.limits) {}

bool PageIntake::next_line(std::string_view& line) {
    if (refused() || next_ >= page_.size()) return false;
    const char* const start = page_.data() + next_;
    const void* const newline = std::memchr(start, '\n', page_.size() - next_);
    const std::size_t size =
        newline ? static_cast<std::size_t>(static_cast<const char*>(newline) - start)
                : page_.size() - next_;
    ++report_.lines;
    if (size > limits().line_bytes_max) {
        refuse(start, fmt::format("a line is longer than {} bytes (line_bytes_max)",
                                  limits().line_bytes_max));
        return false;
    }
    line = {start, size};
    next_ += size + 1;
    return true;
}

// The text that came after the last one on the page before, if the line begins with it.
std::optional<PageIntake::TextId> PageIntake::expected(std::string_view line) const {
    if (expected_ >= context_.memory.text_count()) return std::nullopt;
    const auto text = context_.memory.text(expected_);
    if (!line.starts_with(text)) return std::nullopt;
    if (text.back() == '}') return expected_;
    // A bare name: it must end here, and no braces follow.
    const auto next = line.find_first_not_of(" \t", text.size());
    if (next == text.size() || next == line.npos || line[next] == '{') return std::nullopt;
    return expected_;
}

void PageIntake::sample(std::string_view line, Blanks blanks, ReadMeasure read) {
    auto id = expected(line);
    std::size_t length = 0;
    if (id) {
        length = context_.memory.text(*id).size();
    } else {
        length = series_length(line, blanks);
        id = context_.memory.find(line.substr(0, length));
    }
    const auto rest = line.substr(length);
    if (id) return known(*id, line.data(), rest, read);
    unknown(line, blanks, line.data(), rest, read);
}

void PageIntake::derived(std::string_view series, std::string_view place, std::string_view rest,
                         ReadMeasure read) {
    if (const auto id = context_.memory.find(series)) return known(*id, place.data(), rest, read);
    unknown(series, Blanks::Allowed, place.data(), rest, read);
}

void PageIntake::known(TextId id, const char* place, std::string_view rest, ReadMeasure read) {
    expected_ = id + 1;
    count_sample(place);
    auto& series = context_.memory.series(id);
    if (series.page == context_.page) return twice(id, place);
    // One that was away may have been forgotten by whoever resolved it.
    if (series.epoch != context_.epoch || series.page != context_.last) resolve_again(series);
    Measure measure;
    const bool there = rest.find_first_not_of(" \t") != rest.npos;
    if (series.ref != kUnwanted || !there)
        if (auto wrong = read(rest, limits(), measure))
            return fault(rest.data(), *std::move(wrong));
    stage(id, measure);
}

void PageIntake::unknown(std::string_view line, Blanks blanks, const char* place,
                         std::string_view rest, ReadMeasure read) {
    count_sample(place);
    if (auto wrong = parser_.parse(line, blanks)) return fault(place, *std::move(wrong));
    Measure measure;
    if (auto wrong = read(rest, limits(), measure)) return fault(rest.data(), *std::move(wrong));
    const Labels labels = parser_.labels();
    const auto [id, fresh] = context_.memory.add(line.substr(0, parser_.length()), labels);
    auto& series = context_.memory.series(id);
    if (series.page == context_.page) return twice(id, place);
    if (fresh || series.epoch != context_.epoch || series.page != context_.last) {
        series.ref = context_.resolve(labels);
        series.epoch = context_.epoch;
    }
    stage(id, measure);
}

void PageIntake::stage(TextId id, const Measure& measure) {
    auto& series = context_.memory.series(id);
    if (series.page == 0 || series.page != context_.last) ++report_.series_added;
    ++series_;
    context_.memory.mark(id, context_.page);
    if (series.ref != kUnwanted) into_.push_back({series.ref, measure.value, measure.at});
}

void PageIntake::resolve_again(SeriesMemory::Series& series) {
    // Its text parsed before, so it does again.
    if (parser_.parse(context_.memory.text(series.text), Blanks::Allowed)) return;
    series.ref = context_.resolve(parser_.labels());
    series.epoch = context_.epoch;
}

void PageIntake::count_sample(const char* place) {
    if (++report_.samples > limits().samples_max)
        refuse(place, fmt::format("the page has more than {} samples (samples_max)",
                                  limits().samples_max));
}

void PageIntake::fault(const char* base, Fault what) {
    --report_.samples;
    if (what.over_limit) return refuse(base + what.offset, std::move(what.message));
    problem(base + what.offset, std::move(what.message));
}

void PageIntake::twice(TextId id, const char* place) {
    --report_.samples;
    problem(place, fmt::format("the series {} appears twice; its first value is kept",
                               context_.memory.text(id)));
}

void PageIntake::problem(const char* at, std::string message) {
    ++report_.problem_count;
    if (!first_problem_) first_problem_ = located(at, message);
    note(at, std::move(message));
}

void PageIntake::metadata_problem(const char* at, std::string message) {
    ++report_.metadata_problems;
    note(at, std::move(message));
}

void PageIntake::note(const char* at, std::string message) {
    if (report_.problems.size() < limits().problems_kept)
        report_.problems.push_back(located(at, std::move(message)));
}

void PageIntake::refuse(const char* at, std::string message) {
    if (!refused()) report_.refused = located(at, std::move(message));
}

Problem PageIntake::located(const char* at, std::string message) const {
    const auto offset = std::min(static_cast<std::size_t>(at - page_.data()), page_.size());
    const auto before = page_.substr(0, offset);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return {static_cast<std::uint32_t>(line), offset, std::move(message)};
}

void PageIntake::finish() {
    if (!refused() && report_.samples == 0) {
        if (first_problem_)
            report_.refused =
                Problem{first_problem_->line, first_problem_->offset,
                        "no line of the page is a sample; the first: " + first_problem_->message};
        else
            refuse(page_.data() + page_.size(), "the page ends without a single sample");
    }
    if (refused()) {
        into_.clear();
        context_.memory.unmark(context_.page);
        return;
    }
    for (const auto& series : context_.memory.all())
        if (context_.last != 0 && series.page == context_.last) ++report_.series_gone;
    context_.memory.purge(context_.page, series_);
}

} // namespace keepwatch::exposition
