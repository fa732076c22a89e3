#pragma once

#include <string>
#include <utility>

#include <fmt/core.h>

#include "model/result.h"

namespace keepwatch::config {

// Text that must never be printed; formatting one gives `<secret>`.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }
    bool operator==(const Secret&) const = default;

private:
    std::string text_;
};

// Where a secret is: in the configuration itself, in a file, or a credential that systemd hands to
// the service (`credential:NAME`). Read at each use, so that a rotated file needs no reload.
class SecretSource {
public:
    enum class Kind { None, Literal, File, Credential };

    SecretSource() = default;
    SecretSource(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}

    // A literal, unless it begins with `credential:`.
    static SecretSource from_value(std::string value);
    static SecretSource from_file(std::string path);

    bool is_set() const { return kind_ != Kind::None; }
    Kind kind() const { return kind_; }

    // Without the white space at the end that editors add. Errors name the file or the credential.
    Result<Secret> read() const;
    bool operator==(const SecretSource&) const = default;

private:
    Kind kind_ = Kind::None;
    std::string text_; // The secret, a path or a credential's name.
};

} // namespace keepwatch::config

template <> struct fmt::formatter<keepwatch::config::Secret> : fmt::formatter<std::string_view> {
    template <class Context> auto format(const keepwatch::config::Secret&, Context& context) const {
        return fmt::formatter<std::string_view>::format("<secret>", context);
    }
};
