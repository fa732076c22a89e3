#include "exposition/report_writer.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace keepwatch::exposition {

void ReportWriter::problem(const char* at, std::string message) {
    ++report_.problem_count;
    if (!first_problem_) first_problem_ = located(at, message);
    note(at, std::move(message));
}

void ReportWriter::metadata_problem(const char* at, std::string message) {
    ++report_.metadata_problems;
    note(at, std::move(message));
}

void ReportWriter::note(const char* at, std::string message) {
    if (report_.problems.size() < limits_.problems_kept)
        report_.problems.push_back(located(at, std::move(message)));
}

void ReportWriter::refuse(const char* at, std::string message) {
    if (!refused()) report_.refused = located(at, std::move(message));
}

void ReportWriter::fault(const char* base, Fault what) {
    if (what.over_limit) return refuse(base + what.offset, std::move(what.message));
    problem(base + what.offset, std::move(what.message));
}

void ReportWriter::twice(const char* at, std::string_view series) {
    problem(at, fmt::format("the series {} appears twice; its first value is kept", series));
}

Problem ReportWriter::located(const char* at, std::string message) const {
    const auto offset = std::min(static_cast<std::size_t>(at - page_.data()), page_.size());
    const auto before = page_.substr(0, offset);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return {static_cast<std::uint32_t>(line), offset, std::move(message)};
}

void ReportWriter::finish() {
    if (refused() || report_.samples > 0) return;
    if (first_problem_)
        report_.refused =
            Problem{first_problem_->line, first_problem_->offset,
                    "no line of the page is a sample; the first: " + first_problem_->message};
    else
        refuse(page_.data() + page_.size(), "the page ends without a single sample");
}

} // namespace keepwatch::exposition
