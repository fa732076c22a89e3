#pragma once

#include <cstdint>
#include <vector>

#include "engine/interest.h"
#include "model/target.h"

namespace keepwatch::engine {

// Where a series comes from.
enum class Origin : std::uint8_t {
    Page = 1,      // The target's own pages: gone while it is down.
    Fact = 2,      // Learned at once and not by a page.
    Synthetic = 4, // `up` and its like: there with every scrape, whatever its outcome.
    Push = 8,      // Written to us by somebody, about no target of ours.
};

// Which rule reads which target, learned as series appear. A rule that never read anything may be
// about something absent, so it must be run after every page.
class Readership {
public:
    Readership(std::size_t readers, std::size_t targets);

    void note(Reader reader, TargetId target, Origin origin);

    bool reads(Reader reader, TargetId target, Origin origin) const;
    bool reads_nothing(Reader reader) const { return !reads_something_[reader]; }

    // As bits, to be kept over a restart.
    std::uint8_t origins(Reader reader, TargetId target) const {
        return cells_[reader * targets_ + target];
    }
    void restore(Reader reader, TargetId target, std::uint8_t origins);

private:
    std::uint8_t& cell(Reader reader, TargetId target) {
        return cells_[reader * targets_ + target];
    }

    std::size_t targets_;
    std::vector<std::uint8_t> cells_; // Origins, by reader and target.
    std::vector<bool> reads_something_;
};

} // namespace keepwatch::engine
