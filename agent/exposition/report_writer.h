#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exposition/page_reader.h"
#include "exposition/series_text.h"

namespace keepwatch::exposition {

// Writes into a page's report what is wrong with it, and where. Places are pointers into the page.
class ReportWriter {
public:
    ReportWriter(std::string_view page, const Limits& limits, PageReport& report)
        : page_(page), limits_(limits), report_(report) {}

    void problem(const char* at, std::string message);          // A sample is lost with it.
    void metadata_problem(const char* at, std::string message); // None is.
    void refuse(const char* at, std::string message);           // The first reason stays.
    bool refused() const { return report_.refused.has_value(); }
    // A problem, or for what is over a limit a refusal. Offsets count from `base`.
    void fault(const char* base, Fault what);
    void twice(const char* at, std::string_view series);

    // After the last line: refuses a page without a sample.
    void finish();

private:
    void note(const char* at, std::string message);
    Problem located(const char* at, std::string message) const;

    std::string_view page_;
    const Limits& limits_;
    PageReport& report_;
    std::optional<Problem> first_problem_;
};

} // namespace keepwatch::exposition
