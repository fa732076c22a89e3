#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "bench/jmx_page.h"
#include "bench/measure.h"
#include "exposition/page_reader.h"

// What reading a page costs, without the network: milliseconds of this thread per page, the median
// of many, beside the least there is to do, which is to compare it with the last one.
using namespace keepwatch;
using namespace keepwatch::exposition;

namespace {

constexpr int kPages = 12;
constexpr int kRounds = 5;

// Reads the pages in turn; the first round is not counted.
template <class Read> double measure(const std::vector<std::string>& pages, const Read& read) {
    std::vector<double> times;
    for (int round = 0; round < kRounds; ++round)
        for (std::size_t i = 0; i < pages.size(); ++i) {
            const double start = bench::thread_ms();
            read(pages[i]);
            if (round > 0 && i > 0) times.push_back(bench::thread_ms() - start);
        }
    return bench::median(times);
}

void compare(std::string_view size, double changing, std::size_t topics_moved) {
    bench::JmxPage page({bench::JmxPage::partitions_of(size), changing, topics_moved});
    std::vector<std::string> pages(kPages);
    for (auto& text : pages) {
        page.render(text);
        page.step();
    }
    std::string last;
    std::size_t changed = 0;
    const auto floor = measure(pages, [&](const std::string& text) {
        changed = bench::changed_lines(last, text);
        last = text;
    });
    SeriesRef next = 0;
    const Resolve resolve = [&](const Labels&) { return next++; };
    PageChanges changes;
    PageReader walking(resolve);
    const auto walk = measure(pages, [&](const std::string& text) {
        (void)walking.read_changes(text, PageFormat::Text, changes);
    });
    PageReader by_lines(resolve, {.page_bytes_kept_max = 0});
    const auto lines = measure(pages, [&](const std::string& text) {
        (void)by_lines.read_changes(text, PageFormat::Text, changes);
    });
    std::printf(
        "%-5s %3.0f %%  %zu topics  %7zu samples %6.2f MB  compare and copy %6.3f ms  by what "
        "has changed %6.3f ms  line by line %6.3f ms  (%zu lines changed)\n",
        std::string(size).c_str(), changing * 100, topics_moved, page.samples(),
        static_cast<double>(pages[0].size()) * 1e-6, floor, walk, lines, changed);
}

} // namespace

int main() {
    for (const auto* size : {"3k", "30k", "150k"}) {
        compare(size, 0.05, 0);
        compare(size, 0.30, 0);
        compare(size, 0.05, 2);
    }
}
