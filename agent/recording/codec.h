#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/event.h"
#include "model/result.h"
#include "recording/header.h"

// Events and headers as bytes. Numbers are varints (LEB128, signed ones zigzag), strings and lists
// carry their length in front; doubles are their eight bytes, little-endian.
namespace keepwatch::recording {

void encode(const Header& header, std::string& out);
void encode(const Event& event, std::string& out);

// Reads what encode() wrote. Every read is checked against the end of the bytes, so torn or hostile
// input gives an error and nothing else. Page bodies are views into the bytes.
class Decoder {
public:
    explicit Decoder(std::string_view bytes) : rest_(bytes) {}

    Result<Header> header();
    Result<Event> event();
    bool at_end() const { return rest_.empty(); }

private:
    std::uint64_t number();
    std::int64_t signed_number();
    double real();
    std::string_view text();
    Labels labels();
    SeriesPushed pushed();
    bool broken() const { return broken_; }

    std::string_view rest_;
    bool broken_ = false;
};

} // namespace keepwatch::recording
