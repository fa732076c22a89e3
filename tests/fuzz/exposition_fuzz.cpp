#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "exposition/page_reader.h"

// A page of any bytes, read twice by one reader: the first byte says in which format. Besides what
// the sanitizers see, it must hold that the same page reads the same, and that a refused one gives
// nothing.
using namespace keepwatch;
using namespace keepwatch::exposition;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

PageFormat format_of(std::uint8_t byte) {
    switch (byte % 3) {
    case 0:
        return PageFormat::Text;
    case 1:
        return PageFormat::OpenMetrics;
    default:
        return PageFormat::ZookeeperWords;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto format = format_of(data[0]);
    const std::string_view page(reinterpret_cast<const char*>(data) + 1, size - 1);
    SeriesRef next = 0;
    const Limits limits{.samples_max = 100, .labels_max = 8, .label_value_bytes_max = 64};
    PageReader reader(
        [&next](const Labels& labels) {
            require(!labels.name().empty());
            return next++;
        },
        limits);
    std::vector<Reading> first;
    std::vector<Reading> second;
    const auto before = reader.read(page, format, first);
    const auto after = reader.read(page, format, second);
    require(before.refused.has_value() == after.refused.has_value());
    require(before.samples == after.samples && before.problem_count == after.problem_count);
    require(!before.refused || first.empty());
    require(first.size() == second.size());
    for (std::size_t i = 0; i < first.size(); ++i) require(first[i].series == second[i].series);
    for (const auto& problem : before.problems) require(problem.offset <= page.size());
    (void)reader.names();
    return 0;
}
