#include <algorithm>
#include <cmath>
#include <string_view>

#include "promql/eval/eval.h"
#include "promql/functions/vector.h"
#include "promql/go_sort.h"

namespace keepwatch::promql::functions {
namespace {

void warn_if_in_vain(const CallSite& site) {
    if (site.now.grid.is_single()) return;
    site.evaluation.notes.warn("sort is ineffective for range queries since results are always "
                               "ordered by labels",
                               site.expr.span);
}

// Orders by value; NaN comes last in either direction.
template <class Before> Result<VectorValue> sorted_by_value(const CallSite& site, Before before) {
    KW_TRY(auto vector, eval_vector(site.evaluation, site.argument(0), site.now));
    warn_if_in_vain(site);
    sort_like_go(vector, [&](const VectorElement& left, const VectorElement& right) {
        return std::isnan(right.value) || before(left.value, right.value);
    });
    return vector;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Takes the longest run of digits, or of anything else, off the front.
std::string_view take_chunk(std::string_view& rest) {
    std::size_t size = 1;
    while (size < rest.size() && is_digit(rest[size]) == is_digit(rest[0])) ++size;
    const auto chunk = rest.substr(0, size);
    rest.remove_prefix(size);
    return chunk;
}

std::strong_ordering compare_numbers(std::string_view left, std::string_view right) {
    left.remove_prefix(std::min(left.find_first_not_of('0'), left.size()));
    right.remove_prefix(std::min(right.find_first_not_of('0'), right.size()));
    if (const auto order = left.size() <=> right.size(); order != 0) return order;
    return left <=> right;
}

// As people order names: broker-2 before broker-10.
std::strong_ordering compare_naturally(std::string_view left, std::string_view right) {
    while (!left.empty() && !right.empty()) {
        const auto a = take_chunk(left);
        const auto b = take_chunk(right);
        const bool numbers = is_digit(a[0]) && is_digit(b[0]);
        const auto order = numbers ? compare_numbers(a, b) : a <=> b;
        if (order != 0) return order;
    }
    return left.size() <=> right.size();
}

std::strong_ordering compare_labels(const CallSite& site, const Labels& left, const Labels& right) {
    for (std::size_t i = 1; i < site.call.arguments.size(); ++i) {
        const auto name = eval_string(site.argument(i));
        if (left.get(name) == right.get(name)) continue;
        const auto order = compare_naturally(left.get(name), right.get(name));
        if (order != 0) return order;
    }
    return left <=> right;
}

} // namespace

Result<VectorValue> sort(const CallSite& site) {
    return sorted_by_value(site, [](double left, double right) { return left < right; });
}

Result<VectorValue> sort_desc(const CallSite& site) {
    return sorted_by_value(site, [](double left, double right) { return left > right; });
}

Result<VectorValue> sort_by_label(const CallSite& site) {
    KW_TRY(auto vector, eval_vector(site.evaluation, site.argument(0), site.now));
    warn_if_in_vain(site);
    std::stable_sort(vector.begin(), vector.end(), [&](const auto& left, const auto& right) {
        return compare_labels(site, left.labels, right.labels) < 0;
    });
    return vector;
}

Result<VectorValue> sort_by_label_desc(const CallSite& site) {
    KW_TRY(auto vector, sort_by_label(site));
    std::reverse(vector.begin(), vector.end());
    return vector;
}

} // namespace keepwatch::promql::functions
