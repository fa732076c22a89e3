#pragma once

#include <string_view>

#include "model/bytes.h"
#include "model/event.h"
#include "model/result.h"
#include "recording/header.h"

// Events and headers as bytes, see model/bytes.h.
namespace keepwatch::recording {

void encode(const Header& header, Writer& out);
void encode(const Event& event, Writer& out);

// Reads what encode() wrote. Every read is checked against the end of the bytes, so torn or hostile
// input gives an error and nothing else. Page bodies are views into the bytes.
class Decoder {
public:
    explicit Decoder(std::string_view bytes) : in_(bytes) {}

    Result<Header> header();
    Result<Event> event();
    bool at_end() const { return in_.at_end(); }

private:
    Reader in_;
};

} // namespace keepwatch::recording
