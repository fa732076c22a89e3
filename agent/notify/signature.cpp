#include "notify/signature.h"

#include <array>
#include <span>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace keepwatch::notify {

std::string signature(std::string_view key, std::string_view timestamp, std::string_view body) {
    const auto text = fmt::format("{}:{}", timestamp, body);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    // The cast is OpenSSL's idea of a byte.
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    return fmt::format("sha256={:02x}", fmt::join(std::span(digest).first(size), ""));
}

} // namespace keepwatch::notify
