#pragma once

#include <algorithm>
#include <vector>

namespace keepwatch::promql {

// Sorts as Go's sort.Sort does up to twelve elements, by insertion, also where `before` is no
// order, as two NaN are before each other. Beyond, equal elements keep their order.
template <class Element, class Before>
void sort_like_go(std::vector<Element>& elements, Before before) {
    constexpr std::size_t insertion_max = 12;
    if (elements.size() > insertion_max) {
        std::stable_sort(elements.begin(), elements.end(),
                         [&](const auto& left, const auto& right) {
                             return before(left, right) && !before(right, left);
                         });
        return;
    }
    for (std::size_t i = 1; i < elements.size(); ++i)
        for (std::size_t j = i; j > 0 && before(elements[j], elements[j - 1]); --j)
            std::swap(elements[j], elements[j - 1]);
}

} // namespace keepwatch::promql
