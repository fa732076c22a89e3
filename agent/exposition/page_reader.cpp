#include "exposition/page_reader.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "exposition/formats.h"
#include "exposition/page_intake.h"
#include "exposition/page_walk.h"
#include "exposition/series_memory.h"

namespace keepwatch::exposition {

namespace {

// How far into a page signs of binary data are looked for.
constexpr std::size_t kLookedAt = 512;

// What is plainly no exposition, before anything is read into it.
void refuse_foreign(std::string_view page, ReportWriter& notes) {
    if (page.empty()) return notes.refuse(page.data(), "the page is empty");
    if (page.starts_with("\x1f\x8b"))
        return notes.refuse(page.data(), "the page is gzip, which was not asked for");
    const auto first = page.find_first_not_of(" \t\r\n");
    if (first != page.npos && page[first] == '<')
        return notes.refuse(page.data() + first, "the page is HTML or XML, not metrics");
    const auto start = page.substr(0, kLookedAt);
    const auto control = std::find_if(start.begin(), start.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
    });
    if (control == start.end()) return;
    const auto at = static_cast<std::size_t>(control - start.begin());
    notes.refuse(page.data() + at,
                 fmt::format("the page is binary, not metrics: it has a byte 0x{:02x}",
                             static_cast<unsigned char>(*control)));
}

const LineRules& rules_of(PageFormat format) {
    return format == PageFormat::OpenMetrics ? kOpenMetricsRules : kTextRules;
}

// The metric's name of a text that parsed.
std::string name_in(std::string_view text) {
    if (text.front() != '{') return std::string(text.substr(0, text.find_first_of("{ \t")));
    const Limits limits;
    SeriesParser parser(limits);
    if (parser.parse(text, Blanks::Allowed)) return {};
    return std::string(parser.labels().name());
}

} // namespace

std::string Problem::to_string() const {
    return fmt::format("line {}, byte {}: {}", line, offset, message);
}

struct PageReader::State {
    State(Resolve ask, Limits with) : resolve(std::move(ask)), limits(with) {}

    Resolve resolve;
    Limits limits;
    PageFormat format = PageFormat::Text; // Of the last page that was not refused.
    // One of these knows the last page that was not refused; the other is empty.
    KnownPage known;
    SeriesMemory memory;
    std::uint32_t page = 0; // The number of the page that was read last,
    std::uint32_t last = 0; // and of the last that was not refused; 0 if none was.
    std::uint32_t epoch = 1;
    bool asks_all = false; // forget() was called since the last page that was not refused.

    bool walks(std::string_view text, PageFormat as) const {
        return as != PageFormat::ZookeeperWords && text.size() <= limits.page_bytes_kept_max &&
               text.size() < std::numeric_limits<std::uint32_t>::max();
    }
    void walk(std::string_view text, PageFormat as, PageReport& report, PageChanges& into);
    void read_line_by_line(std::string_view text, PageFormat as, PageReport& report,
                           PageChanges& into);
};

void PageReader::State::walk(std::string_view text, PageFormat as, PageReport& report,
                             PageChanges& into) {
    // Of a page in another format nothing is known, but if this one is refused, that one stays.
    KnownPage fresh;
    KnownPage& before = as == format ? known : fresh;
    PageWalk(resolve, limits, before, asks_all ? PageWalk::Ask::All : PageWalk::Ask::New)
        .run(text, rules_of(as), report, into);
    if (report.refused) return;
    if (as != format) known = std::move(fresh);
    if (memory.text_count() > 0) memory = {};
}

void PageReader::State::read_line_by_line(std::string_view text, PageFormat as, PageReport& report,
                                          PageChanges& into) {
    into.whole = true;
    PageIntake intake({resolve, limits, memory, page, last, epoch}, text, report, into.readings);
    if (as == PageFormat::ZookeeperWords)
        read_zookeeper_words(intake);
    else
        read_lines(intake, rules_of(as));
    intake.finish();
    if (!report.refused) known = {};
}

PageReader::PageReader(Resolve resolve, Limits limits)
    : state_(std::make_unique<State>(std::move(resolve), limits)) {}
PageReader::~PageReader() = default;
PageReader::PageReader(PageReader&&) noexcept = default;
PageReader& PageReader::operator=(PageReader&&) noexcept = default;

PageReport PageReader::read(std::string_view page, PageFormat format, std::vector<Reading>& into) {
    PageChanges changes;
    changes.readings = std::move(into);
    auto report = read_changes(page, format, changes);
    if (!changes.whole) state_->known.read(rules_of(format), state_->limits, changes.readings);
    into = std::move(changes.readings);
    return report;
}

PageReport PageReader::read_changes(std::string_view page, PageFormat format, PageChanges& into) {
    State& s = *state_;
    ++s.page;
    into.whole = true;
    into.readings.clear();
    into.ended.clear();
    PageReport report;
    ReportWriter notes(page, s.limits, report);
    refuse_foreign(page, notes);
    if (!report.refused && s.walks(page, format))
        s.walk(page, format, report, into);
    else if (!report.refused)
        s.read_line_by_line(page, format, report, into);
    if (report.refused) {
        into.whole = true;
        into.readings.clear();
        into.ended.clear();
    } else {
        s.last = s.page;
        s.format = format;
        s.asks_all = false;
    }
    return report;
}

void PageReader::forget() {
    ++state_->epoch;
    state_->asks_all = true;
}

std::vector<NameCount> PageReader::names() const {
    const State& s = *state_;
    std::map<std::string, std::size_t> counts;
    auto newest = counts.end(); // The series of a metric mostly stand together.
    const auto add = [&](std::string_view text) {
        const bool same = newest != counts.end() && text.starts_with(newest->first) &&
                          text.substr(newest->first.size()).starts_with('{');
        if (!same) newest = counts.try_emplace(name_in(text), 0).first;
        ++newest->second;
    };
    const auto& layout = s.known.layout;
    for (std::size_t i = 0; i < layout.size(); ++i)
        if (layout.is_series(i)) add(s.known.series_text(i));
    for (const auto& series : s.memory.all())
        if (s.last != 0 && series.page == s.last) add(s.memory.text(series.text));
    std::vector<NameCount> result;
    result.reserve(counts.size());
    for (auto& [name, count] : counts) result.push_back({name, count});
    return result;
}

} // namespace keepwatch::exposition
