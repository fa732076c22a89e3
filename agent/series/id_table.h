#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace keepwatch::series {

// Things by ids that rise from 0 and are never reused. They lie a few together, where they stay. An
// id whose thing is gone costs half a byte, once its neighbours are gone too, so that years of
// churn do not add up.
template <class T> class IdTable {
public:
    T* find(std::uint32_t id) {
        const std::size_t place = id / kPage;
        if (place >= pages_.size() || !pages_[place]) return nullptr;
        Page& page = *pages_[place];
        return page.has(id % kPage) ? page.thing(id % kPage) : nullptr;
    }
    const T* find(std::uint32_t id) const { return const_cast<IdTable*>(this)->find(id); }

    std::pair<std::uint32_t, T&> add(T thing) {
        const auto id = next_++;
        if (id / kPage == pages_.size()) pages_.push_back(std::make_unique<Page>());
        ++size_;
        return {id, pages_[id / kPage]->put(id % kPage, std::move(thing))};
    }

    // The thing must be there.
    void erase(std::uint32_t id) {
        auto& page = pages_[id / kPage];
        page->drop(id % kPage);
        --size_;
        // The page that add() fills next must stay.
        if (page->empty() && id / kPage != next_ / kPage) page.reset();
    }

    std::size_t size() const { return size_; }
    bool exhausted() const { return next_ == ~std::uint32_t{0}; }

private:
    static constexpr std::uint32_t kPage = 16;

    // Room for things, and which are there.
    class Page {
    public:
        Page() = default;
        Page(const Page&) = delete;
        Page& operator=(const Page&) = delete;
        ~Page() {
            for (std::uint32_t i = 0; i < kPage; ++i)
                if (has(i)) drop(i);
        }
        bool empty() const { return there_ == 0; }
        bool has(std::uint32_t i) const { return ((there_ >> i) & 1U) != 0; }
        T* thing(std::uint32_t i) {
            return std::launder(reinterpret_cast<T*>(room_ + i * sizeof(T)));
        }
        T& put(std::uint32_t i, T thing) {
            there_ |= 1U << i;
            return *new (room_ + i * sizeof(T)) T(std::move(thing));
        }
        void drop(std::uint32_t i) {
            there_ &= ~(1U << i);
            thing(i)->~T();
        }

    private:
        alignas(T) std::byte room_[kPage * sizeof(T)];
        std::uint32_t there_ = 0; // A bit for each.
    };
    std::vector<std::unique_ptr<Page>> pages_;
    std::uint32_t next_ = 0;
    std::size_t size_ = 0;
};

} // namespace keepwatch::series
