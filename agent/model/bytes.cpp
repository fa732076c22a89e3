#include "model/bytes.h"

#include <vector>

namespace keepwatch {

std::uint64_t Reader::number() {
    std::uint64_t n = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        n |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return n;
    }
    fail();
    return 0;
}

std::uint64_t Reader::eight() {
    if (rest_.size() < 8) {
        fail();
        return 0;
    }
    std::uint64_t n = 0;
    for (int i = 0; i < 8; ++i)
        n |= static_cast<std::uint64_t>(
                 static_cast<unsigned char>(rest_[static_cast<std::size_t>(i)]))
             << (8 * i);
    rest_.remove_prefix(8);
    return n;
}

std::string_view Reader::text() {
    const auto size = number();
    if (size > rest_.size()) {
        fail();
        return {};
    }
    const auto text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
}

std::size_t Reader::count() {
    const auto n = number();
    if (n <= rest_.size()) return n;
    fail();
    return 0;
}

Labels Reader::labels() {
    std::vector<LabelView> views(count());
    for (auto& view : views) view = {text(), text()};
    for (std::size_t i = 0; i < views.size(); ++i) {
        const bool sorted = i == 0 || views[i - 1].name < views[i].name;
        if (!sorted || views[i].value.empty()) fail();
    }
    return broken() ? Labels() : Labels::from_sorted(views);
}

} // namespace keepwatch
