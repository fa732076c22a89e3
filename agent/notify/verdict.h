#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/time.h"

namespace keepwatch::notify {

// A receiver that asks for a longer silence is asked again after this: its clock may be wrong, and
// an alert must not wait for ever.
inline constexpr Duration kRetryAfterMax = hours(1);

enum class Verdict : std::uint8_t {
    Accepted, // The receiver has it.
    Retry,    // May be accepted later.
    Refused,  // Will never be accepted as it is.
};

struct Judgement {
    Verdict verdict = Verdict::Retry;
    std::string detail;                  // Why, if it was not accepted; never a URL or a secret.
    std::optional<Duration> retry_after; // The receiver's own wish, within [0, kRetryAfterMax].
    bool about_rate = false; // There were too many requests: each of this sink's has to wait.
    // Refused for what it says, so that less of it, or a plainer one, may be accepted.
    bool about_content = false;
};

// What an answer to a webhook means: 2xx is accepted; 408, 425, 429 and 5xx may do better later;
// everything else, redirects among it, is refused.
Verdict judge_status(unsigned status);

// Whether a status that refuses is about what was sent: 400, 413 and 422; not about where to.
bool is_about_content(unsigned status);

// Reads the header `Retry-After`: seconds, or a date as RFC 9110 5.6.7 writes it today
// (`Sun, 06 Nov 1994 08:49:37 GMT`); nullopt if it is neither.
std::optional<Duration> parse_retry_after(std::string_view text, Timestamp now);

} // namespace keepwatch::notify
