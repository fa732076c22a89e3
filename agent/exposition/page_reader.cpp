#include "exposition/page_reader.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "exposition/formats.h"
#include "exposition/page_intake.h"
#include "exposition/series_memory.h"

namespace keepwatch::exposition {

namespace {

// How far into a page signs of binary data are looked for.
constexpr std::size_t kLookedAt = 512;

// What is plainly no exposition, before anything is read into it.
void refuse_foreign(PageIntake& intake) {
    const auto page = intake.page();
    if (page.empty()) return intake.refuse(page.data(), "the page is empty");
    if (page.starts_with("\x1f\x8b"))
        return intake.refuse(page.data(), "the page is gzip, which was not asked for");
    const auto first = page.find_first_not_of(" \t\r\n");
    if (first != page.npos && page[first] == '<')
        return intake.refuse(page.data() + first, "the page is HTML or XML, not metrics");
    const auto start = page.substr(0, kLookedAt);
    const auto control = std::find_if(start.begin(), start.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
    });
    if (control == start.end()) return;
    const auto at = static_cast<std::size_t>(control - start.begin());
    intake.refuse(page.data() + at,
                  fmt::format("the page is binary, not metrics: it has a byte 0x{:02x}",
                              static_cast<unsigned char>(*control)));
}

void read_lines(PageIntake& intake, PageFormat format) {
    switch (format) {
    case PageFormat::Text:
        return read_text(intake);
    case PageFormat::OpenMetrics:
        return read_open_metrics(intake);
    case PageFormat::ZookeeperWords:
        return read_zookeeper_words(intake);
    }
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
    Resolve resolve;
    Limits limits;
    SeriesMemory memory;
    std::uint32_t page = 0; // The number of the page that was read last,
    std::uint32_t last = 0; // and of the last that was not refused; 0 if none was.
    std::uint32_t epoch = 1;
};

PageReader::PageReader(Resolve resolve, Limits limits)
    : state_(std::make_unique<State>(State{std::move(resolve), limits, {}})) {}
PageReader::~PageReader() = default;
PageReader::PageReader(PageReader&&) noexcept = default;
PageReader& PageReader::operator=(PageReader&&) noexcept = default;

PageReport PageReader::read(std::string_view page, PageFormat format, std::vector<Reading>& into) {
    State& s = *state_;
    ++s.page;
    into.clear();
    PageReport report;
    PageIntake intake({s.resolve, s.limits, s.memory, s.page, s.last, s.epoch}, page, report, into);
    refuse_foreign(intake);
    if (!intake.refused()) read_lines(intake, format);
    intake.finish();
    if (!report.refused) s.last = s.page;
    return report;
}

void PageReader::forget() {
    ++state_->epoch;
}

std::vector<NameCount> PageReader::names() const {
    const State& s = *state_;
    std::map<std::string, std::size_t> counts;
    auto newest = counts.end(); // The series of a metric mostly stand together.
    for (const auto& series : s.memory.all()) {
        if (s.last == 0 || series.page != s.last) continue;
        const auto text = s.memory.text(series.text);
        const bool same = newest != counts.end() && text.starts_with(newest->first) &&
                          text.substr(newest->first.size()).starts_with('{');
        if (!same) newest = counts.try_emplace(name_in(text), 0).first;
        ++newest->second;
    }
    std::vector<NameCount> result;
    result.reserve(counts.size());
    for (auto& [name, count] : counts) result.push_back({name, count});
    return result;
}

} // namespace keepwatch::exposition
