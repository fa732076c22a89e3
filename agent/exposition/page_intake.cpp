#include "exposition/page_intake.h"

#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "exposition/formats.h"

namespace keepwatch::exposition {

bool continues(std::string_view series, std::string_view line) {
    if (series.back() == '}') return true;
    // A bare name: it must end here, and no braces follow.
    const auto next = line.find_first_not_of(" \t", series.size());
    return next != series.size() && next != line.npos && line[next] != '{';
}

void read_lines(PageIntake& intake, const LineRules& rules) {
    const auto page = intake.page();
    if (rules.is_cut(page))
        return intake.refuse(page.data() + page.size(),
                             "the page is cut short: its last line has no newline");
    bool ended = rules.end.empty();
    std::string_view line;
    while (intake.next_line(line)) {
        if (ended && !rules.end.empty())
            return intake.problem(line.data(), fmt::format("expected nothing after {}", rules.end));
        if (line == rules.end) ended = true;
        const auto kind = rules.kind(line);
        if (kind == LineRules::Kind::Sample)
            intake.sample(line, rules.blanks, rules.read_measure);
        else if (kind == LineRules::Kind::Comment)
            if (auto wrong = rules.check_comment(line))
                intake.notes().metadata_problem(line.data() + wrong->offset,
                                                std::move(wrong->message));
    }
    if (!ended)
        intake.refuse(page.data() + page.size(),
                      fmt::format("the page is cut short: it does not end with {}", rules.end));
}

PageIntake::PageIntake(Context context, std::string_view page, PageReport& report,
                       std::vector<Reading>& into)
    : context_(context), page_(page), report_(report), notes_(page, context.limits, report),
      into_(into), parser_(context.limits) {}

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
    if (!line.starts_with(text) || !continues(text, line)) return std::nullopt;
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
    Measure measure;
    if (auto wrong = read(rest, limits(), measure))
        return notes_.fault(rest.data(), *std::move(wrong));
    auto& series = context_.memory.series(id);
    if (series.page == context_.page) return notes_.twice(place, context_.memory.text(id));
    // One that was away may have been forgotten by whoever resolved it.
    if (series.epoch != context_.epoch || series.page != context_.last) resolve_again(series);
    stage(id, place, measure);
}

void PageIntake::unknown(std::string_view line, Blanks blanks, const char* place,
                         std::string_view rest, ReadMeasure read) {
    if (auto wrong = parser_.parse(line, blanks)) return notes_.fault(place, *std::move(wrong));
    Measure measure;
    if (auto wrong = read(rest, limits(), measure))
        return notes_.fault(rest.data(), *std::move(wrong));
    const Labels labels = parser_.labels();
    const auto [id, fresh] = context_.memory.add(line.substr(0, parser_.length()), labels);
    auto& series = context_.memory.series(id);
    if (series.page == context_.page) return notes_.twice(place, context_.memory.text(id));
    if (fresh || series.epoch != context_.epoch || series.page != context_.last) {
        series.ref = context_.resolve(labels);
        series.epoch = context_.epoch;
    }
    stage(id, place, measure);
}

void PageIntake::stage(TextId id, const char* place, const Measure& measure) {
    if (++report_.samples > limits().samples_max)
        return refuse(place, fmt::format("the page has more than {} samples (samples_max)",
                                         limits().samples_max));
    auto& series = context_.memory.series(id);
    if (series.page == 0 || series.page != context_.last) ++report_.series_added;
    context_.memory.mark(id, context_.page);
    if (series.ref != kUnwanted) into_.push_back({series.ref, measure.value, measure.at});
}

void PageIntake::resolve_again(SeriesMemory::Series& series) {
    // Its text parsed before, so it does again.
    if (parser_.parse(context_.memory.text(series.text), Blanks::Allowed)) return;
    series.ref = context_.resolve(parser_.labels());
    series.epoch = context_.epoch;
}

void PageIntake::finish() {
    notes_.finish();
    if (refused()) {
        into_.clear();
        context_.memory.unmark(context_.page);
        return;
    }
    for (const auto& series : context_.memory.all())
        if (context_.last != 0 && series.page == context_.last) ++report_.series_gone;
    context_.memory.purge(context_.page, report_.samples);
}

} // namespace keepwatch::exposition
