#pragma once

#include <bit>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "exposition/page_reader.h"
#include "model/number.h"
#include "model/sample.h"

namespace keepwatch::exposition {

// A PageReader whose outcome is one line of text.
class PagePlay {
public:
    using Wanted = std::function<bool(const Labels&)>;
    explicit PagePlay(
        Limits limits = {}, Wanted wanted = [](const Labels&) { return true; })
        : reader([this, wanted](const Labels& labels) { return resolve(labels, wanted); }, limits) {
    }

    // `up{a="b"} 1; lag 2@1000 | line 2, byte 7: …`, or `refused: line 1, byte 0: …`.
    std::string read(std::string_view page, PageFormat format = PageFormat::Text) {
        report = reader.read(page, format, readings);
        if (report.refused) return "refused: " + report.refused->to_string();
        std::string text;
        for (const auto& [series, value, at] : readings) {
            text +=
                (text.empty() ? "" : "; ") + known[series].to_string() + " " + format_number(value);
            if (at) text += "@" + std::to_string(at->ms);
        }
        for (const auto& problem : report.problems) text += " | " + problem.to_string();
        return text;
    }

    std::vector<Labels> known; // By SeriesRef, in the order of asking; a series may be asked twice.
    std::vector<Reading> readings;
    PageReport report;
    PageReader reader;

private:
    SeriesRef resolve(const Labels& labels, const Wanted& wanted) {
        known.push_back(labels);
        return wanted(labels) ? static_cast<SeriesRef>(known.size() - 1) : kUnwanted;
    }
};

inline std::string read_text_once(std::string_view page) {
    return PagePlay().read(page);
}

inline std::string page_file(std::string_view name) {
    std::ifstream file(std::string(KEEPWATCH_SOURCE_DIR "/tests/exposition/pages/") +
                       std::string(name));
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace keepwatch::exposition
