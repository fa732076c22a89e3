#pragma once

#include <string_view>

namespace keepwatch::net {

// What an exchange is about to do, kept up to date by whoever does it and read by whoever sets the
// deadline: `read: timeout after 10s`.
struct Step {
    std::string_view name = "connect"; // A literal.
    bool answered = false; // The head of an answer came. Before that a kept connection may turn out
                           // to be one that the server closed while nobody used it.
};

} // namespace keepwatch::net
