#include "engine/readership.h"

namespace keepwatch::engine {

Readership::Readership(std::size_t readers, std::size_t targets)
    : targets_(targets), cells_(readers * targets), reads_something_(readers) {}

void Readership::note(Reader reader, TargetId target, Origin origin) {
    auto& origins = cell(reader, target);
    origins = static_cast<std::uint8_t>(origins | static_cast<std::uint8_t>(origin));
    reads_something_[reader] = true;
}

void Readership::restore(Reader reader, TargetId target, std::uint8_t origins) {
    if (origins == 0) return;
    auto& known = cell(reader, target);
    known = static_cast<std::uint8_t>(known | origins);
    reads_something_[reader] = true;
}

bool Readership::reads(Reader reader, TargetId target, Origin origin) const {
    return (cells_[reader * targets_ + target] & static_cast<std::uint8_t>(origin)) != 0;
}

} // namespace keepwatch::engine
