#pragma once

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <string_view>
#include <vector>

// What several benchmarks measure with.
namespace keepwatch::bench {

inline double thread_ms() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

inline double median(std::vector<double> times) {
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

// Line by line, by position: the least that can be done with a page.
inline std::size_t changed_lines(std::string_view before, std::string_view now) {
    std::size_t changed = 0;
    while (!now.empty()) {
        const auto size = std::min(now.find('\n'), now.size() - 1) + 1;
        if (before.starts_with(now.substr(0, size))) {
            before.remove_prefix(size);
        } else {
            ++changed;
            before.remove_prefix(std::min(before.find('\n'), before.size() - 1) + 1);
        }
        now.remove_prefix(size);
    }
    return changed;
}

} // namespace keepwatch::bench
