#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "exposition/page_reader.h"

namespace keepwatch::exposition {

// Reads the same pages by what has changed and line by line, and says where the two differ.
class PageComparison {
public:
    PageComparison(PageFormat format, Limits limits)
        : format_(format), by_lines_(line_by_line(limits)), walking_(limits), changes_(limits) {}

    // "" if they agree.
    std::string read(std::string_view page) {
        by_lines_.read(page, format_);
        walking_.read(page, format_);
        changes_.read_changes(page, format_);
        auto difference = compare(by_lines_, walking_);
        if (difference.empty()) difference = compare_values();
        if (difference.empty() && !by_lines_.report.refused) difference = compare_names();
        after_refusal_ = by_lines_.report.refused.has_value();
        lines_ += by_lines_.report.lines;
        return difference;
    }

    void forget() {
        for (auto* side : {&by_lines_, &walking_, &changes_}) side->forget();
    }

    std::size_t lines() const { return lines_; }

private:
    static Limits line_by_line(Limits limits) {
        limits.page_bytes_kept_max = 0;
        return limits;
    }

    struct Side {
        explicit Side(Limits limits)
            : reader([this](const Labels& labels) { return resolve(labels); }, limits) {}
        Side(const Side&) = delete;

        SeriesRef resolve(const Labels& labels) {
            ++asked;
            if (labels.hash() % 3 == 0) return kUnwanted;
            // Not counted, because of a refused page not all are asked for in both ways.
            return static_cast<SeriesRef>(labels.hash() % 4'000'000 * 1000 + generation % 1000);
        }
        void read(std::string_view page, PageFormat format) {
            asked = 0;
            report = reader.read(page, format, readings);
        }
        void read_changes(std::string_view page, PageFormat format) {
            PageChanges changes;
            report = reader.read_changes(page, format, changes);
            if (report.refused) return;
            if (changes.whole) values.clear();
            for (const auto ended : changes.ended) values.erase(ended);
            for (const auto& reading : changes.readings) values[reading.series] = as_bits(reading);
        }
        void forget() {
            ++generation;
            reader.forget();
        }

        std::uint32_t generation = 0;
        std::size_t asked = 0;
        std::vector<Reading> readings;
        std::map<SeriesRef, std::pair<std::uint64_t, std::int64_t>> values;
        PageReport report;
        PageReader reader;
    };

    static std::pair<std::uint64_t, std::int64_t> as_bits(const Reading& reading) {
        return {std::bit_cast<std::uint64_t>(reading.value), reading.at ? reading.at->ms : -1};
    }

    static std::string text_of(const PageReport& report) {
        if (report.refused) return "refused: " + report.refused->to_string();
        auto text = fmt::format("{} lines, {} samples, {} added, {} gone, {} + {} problems",
                                report.lines, report.samples, report.series_added,
                                report.series_gone, report.problem_count, report.metadata_problems);
        for (const auto& problem : report.problems) text += "; " + problem.to_string();
        return text;
    }

    std::string compare(const Side& expected, const Side& got) const {
        if (text_of(expected.report) != text_of(got.report))
            return fmt::format("report\n{}\nbut got\n{}", text_of(expected.report),
                               text_of(got.report));
        if (expected.readings.size() != got.readings.size()) return "the number of readings";
        for (std::size_t i = 0; i < got.readings.size(); ++i) {
            const auto &a = expected.readings[i], &b = got.readings[i];
            if (a.series != b.series || as_bits(a) != as_bits(b))
                return fmt::format("reading {}: {} {} but got {} {}", i, a.series, a.value,
                                   b.series, b.value);
        }
        if (!after_refusal_ && !got.report.refused && expected.asked != got.asked)
            return fmt::format("{} series were asked for but {}", expected.asked, got.asked);
        return {};
    }

    std::string compare_values() {
        if (text_of(by_lines_.report) != text_of(changes_.report)) return "the report of changes";
        if (by_lines_.report.refused) return {};
        decltype(changes_.values) expected;
        for (const auto& reading : by_lines_.readings) expected[reading.series] = as_bits(reading);
        return expected == changes_.values ? "" : "what the changes come to";
    }

    std::string compare_names() const {
        const auto text = [](const PageReader& reader) {
            std::string all;
            for (const auto& [name, series] : reader.names())
                all += fmt::format("{}={} ", name, series);
            return all;
        };
        const auto expected = text(by_lines_.reader), got = text(walking_.reader);
        return expected == got ? "" : fmt::format("names {} but got {}", expected, got);
    }

    PageFormat format_;
    Side by_lines_;
    Side walking_;
    Side changes_;
    bool after_refusal_ = true;
    std::size_t lines_ = 0;
};

} // namespace keepwatch::exposition
