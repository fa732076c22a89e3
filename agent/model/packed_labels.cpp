#include "model/packed_labels.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

namespace keepwatch {
namespace {

// Each label is length, name, length, value; a length is one byte, or kLong and four bytes. In
// place of a name that most series have stands one byte of its own.
constexpr unsigned char kLong = 255;
constexpr std::size_t kWideBytes = 4;
constexpr std::array<std::string_view, 12> kUsualNames{
    "__name__", "cluster", "consumergroup", "clientId", "instance", "job",
    "le",       "name",    "partition",     "quantile", "request",  "topic"};
constexpr unsigned char kFirstUsual = kLong - kUsualNames.size();

// The byte that stands for a name; 0 if there is none.
unsigned char usual(std::string_view name) {
    const auto* const found = std::find(kUsualNames.begin(), kUsualNames.end(), name);
    if (found == kUsualNames.end()) return 0;
    return static_cast<unsigned char>(kFirstUsual + (found - kUsualNames.begin()));
}

std::size_t packed_size(std::string_view text) {
    return 1 + (text.size() < kFirstUsual ? 0 : kWideBytes) + text.size();
}

char* put_text(char* at, std::string_view text) {
    if (text.size() < kFirstUsual) {
        *at++ = static_cast<char>(text.size());
    } else {
        const auto size = static_cast<std::uint32_t>(text.size());
        *at++ = static_cast<char>(kLong);
        std::memcpy(at, &size, kWideBytes);
        at += kWideBytes;
    }
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

char* put_name(char* at, std::string_view name) {
    const auto code = usual(name);
    if (code == 0) return put_text(at, name);
    *at = static_cast<char>(code);
    return at + 1;
}

std::string_view take_text(const char*& at) {
    std::size_t size = static_cast<unsigned char>(*at++);
    if (size == kLong) {
        std::uint32_t wide = 0;
        std::memcpy(&wide, at, kWideBytes);
        at += kWideBytes;
        size = wide;
    }
    const std::string_view text(at, size);
    at += size;
    return text;
}

std::string_view take_name(const char*& at) {
    const auto code = static_cast<unsigned char>(*at);
    if (code < kFirstUsual || code == kLong) return take_text(at);
    ++at;
    return kUsualNames[code - kFirstUsual];
}

// Mixes eight bytes at a time; not for hostile input beyond what a table of bounded size bears.
std::uint64_t hash_bytes(std::string_view bytes) {
    constexpr std::uint64_t k = 0x9E3779B97F4A7C15;
    std::uint64_t h = bytes.size() * k;
    while (bytes.size() >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), 8);
        h = (h ^ word) * k;
        h ^= h >> 29;
        bytes.remove_prefix(8);
    }
    std::uint64_t tail = 0;
    std::memcpy(&tail, bytes.data(), bytes.size());
    h = (h ^ tail) * k;
    return h ^ (h >> 32);
}

const char* text_of(const PackedLabels::Head* head) {
    return reinterpret_cast<const char*>(head) + sizeof(PackedLabels::Head);
}

} // namespace

PackedLabels::PackedLabels(std::span<const LabelView> labels) {
    std::size_t size = 0;
    for (const auto& [name, value] : labels)
        size += (usual(name) == 0 ? packed_size(name) : 1) + packed_size(value);
    char* const memory = static_cast<char*>(::operator new(sizeof(Head) + size));
    char* const text = memory + sizeof(Head);
    char* at = text;
    for (const auto& [name, value] : labels) at = put_text(put_name(at, name), value);
    auto* const head = new (memory) Head;
    head->hash = hash_bytes({text, size});
    head->count = static_cast<std::uint32_t>(labels.size());
    head->bytes = static_cast<std::uint32_t>(size);
    head_ = head;
}

void PackedLabels::destroy(const Head* head) {
    head->~Head();
    ::operator delete(const_cast<Head*>(head));
}

std::string_view PackedLabels::bytes() const {
    return head_ ? std::string_view(text_of(head_), head_->bytes) : std::string_view();
}

LabelView PackedLabels::take(const char*& at) {
    const auto name = take_name(at);
    return {name, take_text(at)};
}

} // namespace keepwatch
