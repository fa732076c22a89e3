#pragma once

#include <string>
#include <string_view>

#include "engine/memory.h"
#include "model/result.h"

// What is remembered, as bytes. Each begins with the number of its form, so that a later form can
// be told from an earlier one.
namespace keepwatch::journal {

std::string encode(const engine::RememberedAlert& alert);
std::string encode(const routing::Notification& notification);
std::string encode(const engine::Habits& habits);
std::string encode(const engine::Chunk& chunk);
std::string encode(const Labels& labels);         // The key of an alert's row.
std::string encode(const engine::Memory& memory); // All of it, for a recording.

// Bytes that encode() did not write give an error and nothing else.
Result<engine::RememberedAlert> decode_alert(std::string_view bytes);
Result<routing::Notification> decode_notification(std::string_view bytes);
Result<engine::Habits> decode_habits(std::string_view bytes);
Result<engine::Chunk> decode_chunk(std::string_view bytes);
Result<engine::Memory> decode_memory(std::string_view bytes);

} // namespace keepwatch::journal
