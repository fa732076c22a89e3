#include "notify/fingerprint.h"

#include <string_view>

#include <fmt/format.h>

#include "model/fnv1a.h"

namespace keepwatch::notify {
std::string fingerprint(const Labels& labels) {
    constexpr std::string_view separator = "\xFF";
    auto hash = fnv1a("");
    for (const auto& label : labels) {
        hash = fnv1a(separator, fnv1a(label.name, hash));
        hash = fnv1a(separator, fnv1a(label.value, hash));
    }
    return fmt::format("{:016x}", hash);
}

} // namespace keepwatch::notify
