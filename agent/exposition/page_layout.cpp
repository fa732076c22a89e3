#include "exposition/page_layout.h"

namespace keepwatch::exposition {
namespace {

template <class T> void append_part(std::vector<T>& to, const std::vector<T>& from,
                                    std::size_t first, std::size_t count) {
    const auto begin = from.begin() + static_cast<std::ptrdiff_t>(first);
    to.insert(to.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
}

} // namespace

void PageLayout::append(const PageLayout& from, std::size_t first, std::size_t count) {
    append_part(prefixes, from.prefixes, first, count);
    append_part(refs, from.refs, first, count);
    append_part(hashes, from.hashes, first, count);
}

void PageLayout::add(std::uint32_t prefix, SeriesRef ref, std::uint32_t hash) {
    prefixes.push_back(prefix);
    refs.push_back(ref);
    hashes.push_back(hash);
}

} // namespace keepwatch::exposition
