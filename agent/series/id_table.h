#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace keepwatch::series {

// Things by ids that rise from 0 and are never reused. An id whose thing is gone costs an eighth of
// a byte, so that years of churn do not add up.
template <class T> class IdTable {
public:
    T* find(std::uint32_t id) {
        const std::size_t page = id / kPage;
        if (page >= pages_.size() || !pages_[page]) return nullptr;
        return pages_[page]->things[id % kPage].get();
    }
    const T* find(std::uint32_t id) const { return const_cast<IdTable*>(this)->find(id); }

    std::pair<std::uint32_t, T&> add(T thing) {
        const auto id = next_++;
        if (id / kPage == pages_.size()) pages_.push_back(std::make_unique<Page>());
        Page& page = *pages_[id / kPage];
        auto& place = page.things[id % kPage];
        place = std::make_unique<T>(std::move(thing));
        ++page.live;
        ++size_;
        return {id, *place};
    }

    // The thing must be there.
    void erase(std::uint32_t id) {
        auto& page = pages_[id / kPage];
        page->things[id % kPage].reset();
        --size_;
        // The page that add() fills next must stay.
        if (--page->live == 0 && id / kPage != next_ / kPage) page.reset();
    }

    std::size_t size() const { return size_; }
    bool exhausted() const { return next_ == ~std::uint32_t{0}; }

private:
    static constexpr std::uint32_t kPage = 64;
    struct Page {
        std::array<std::unique_ptr<T>, kPage> things;
        std::uint32_t live = 0;
    };
    std::vector<std::unique_ptr<Page>> pages_;
    std::uint32_t next_ = 0;
    std::size_t size_ = 0;
};

} // namespace keepwatch::series
