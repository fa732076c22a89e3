#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keepwatch::exposition {

// Pages of an exporter that somebody plays tricks on: lines come, go, move, are written otherwise,
// repeated, broken. Each decision is asked of `choose`, so a random generator and a fuzzer can both
// drive it.
class PageHistory {
public:
    // choose(n) is one of 0 … n-1.
    using Choose = std::function<std::uint32_t(std::uint32_t)>;
    PageHistory(Choose choose, bool open_metrics, std::size_t lines_max)
        : choose_(std::move(choose)), open_(open_metrics), lines_max_(lines_max) {
        const auto count = 1 + choose_(static_cast<std::uint32_t>(lines_max_ / 2));
        for (std::uint32_t i = 0; i < count; ++i) lines_.push_back(line());
    }

    // Plays some tricks and writes the page down; some pages are cut short.
    std::string next() {
        const auto tricks = choose_(4);
        for (std::uint32_t i = 0; i < tricks; ++i) play();
        change_values();
        std::string page;
        for (const auto& [series, rest] : lines_) page += series + rest + "\n";
        if (open_) page += one(8) ? "# EOF" : "# EOF\n";
        if (open_ && one(60)) page += one(2) ? "\n" : "late 1\n";
        if (one(30)) page.resize(choose_(static_cast<std::uint32_t>(page.size() + 1)));
        return page;
    }

private:
    // What stands before the value, and the value with what follows; comments are all in the first.
    using Line = std::pair<std::string, std::string>;

    bool one(std::uint32_t in) { return choose_(in) == 0; }
    std::size_t place() { return choose_(static_cast<std::uint32_t>(lines_.size() + 1)); }
    std::string digits(std::uint32_t below) { return std::to_string(choose_(below)); }

    std::string value() {
        switch (choose_(16)) {
        case 0:
            return one(2) ? "NaN" : "+Inf";
        case 1:
            return one(3) ? "nonsense" : "1.5E" + digits(300);
        case 2:
            return digits(10) + (open_ ? " " : one(2) ? "\t " : " ") + digits(100000);
        case 3:
            return open_ ? "1 # {trace_id=\"a" + digits(9) + "\"} 0.5" : "1 ";
        case 4:
            return one(8) ? "" : "0.0";
        default:
            return digits(one(3) ? 1000000 : 10) + ".0";
        }
    }

    std::string rest() {
        if (open_) return (one(40) ? "  " : " ") + value();
        return (one(40) ? "" : one(20) ? "\t" : " ") + value();
    }

    std::string series() {
        constexpr const char* names[] = {"a", "ab", "kafka_log_log_size", "up"};
        std::string text = open_ || !one(50) ? "" : " ";
        const std::string name = names[choose_(4)];
        switch (choose_(20)) {
        case 0:
            return text + name;
        case 1:
            return text + "{\"quoted.name\",x=\"" + digits(20) + "\"}";
        case 2:
            return text + name + "{y=\"\\\"q\\\\" + digits(5) + "\\n\",x=\"}\"}";
        case 3:
            return text + name + "{t=\"" + digits(200) + "\",p=\"" + digits(3) + "\"}";
        case 4:
            return text + name + "{p=\"" + digits(3) + "\",t=\"" + digits(200) + "\",}";
        case 5:
            return one(4) ? text + name + "{p=\"1\"" : text + name + (open_ ? "{}" : " {}");
        default:
            return text + name + "{p=\"" + digits(3) + "\",t=\"" + digits(200) + "\"}";
        }
    }

    Line comment() {
        switch (choose_(8)) {
        case 0:
            return {"# TYPE a wrong" + digits(3), ""};
        case 1:
            return {"", ""};
        case 2:
            return {open_ ? "# EOF" : "# just a remark", ""};
        case 3:
            return {open_ ? "# TYPE a gauge" : "   ", ""};
        default:
            return {"# HELP " + std::string(one(2) ? "a" : "ab") + " text " + digits(4), ""};
        }
    }

    Line line() {
        if (one(12)) return comment();
        auto text = series();
        return {std::move(text), rest()};
    }

    void change_values() {
        const auto share = 1 + choose_(40);
        for (auto& [text, after] : lines_)
            if (!after.empty() && one(share)) after = rest();
    }

    void play() {
        const auto at = place();
        const auto begin = lines_.begin() + static_cast<std::ptrdiff_t>(at);
        const auto left = static_cast<std::uint32_t>(lines_.size() - at);
        const auto some = choose_(one(6) ? left + 1 : std::min<std::uint32_t>(left, 6) + 1);
        const auto end = begin + some;
        switch (choose_(7)) {
        case 0: {
            std::vector<Line> fresh;
            for (std::uint32_t i = 0; i < some + 1 && lines_.size() + i < lines_max_; ++i)
                fresh.push_back(line());
            lines_.insert(begin, fresh.begin(), fresh.end());
            break;
        }
        case 1:
            lines_.erase(begin, end);
            break;
        case 2: { // Moves a block.
            std::vector<Line> block(begin, end);
            lines_.erase(begin, end);
            lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(place()), block.begin(),
                          block.end());
            break;
        }
        case 3: // Swaps two lines.
            if (left > 1) std::swap(*begin, lines_[at + choose_(left)]);
            break;
        case 4: // Repeats a line elsewhere.
            if (left > 0 && lines_.size() < lines_max_) {
                const Line again = *begin;
                lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(place()), again);
            }
            break;
        case 5: // Other series in the same places.
            for (auto i = begin; i != end; ++i) *i = line();
            break;
        default: // Goes back to how it was, or notes how it is.
            if (one(2))
                before_ = lines_;
            else if (!before_.empty())
                lines_ = before_;
        }
    }

    Choose choose_;
    bool open_;
    std::size_t lines_max_;
    std::vector<Line> lines_;
    std::vector<Line> before_;
};

} // namespace keepwatch::exposition
