#include "config/secret.h"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

namespace keepwatch::config {
namespace {

constexpr std::size_t kSecretBytesMax = 64 << 10;
constexpr std::string_view kCredentialPrefix = "credential:";

Result<Secret> read_file(const std::string& path, std::string_view what) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string text(kSecretBytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.eof())
        return Error{ErrorKind::InvalidInput,
                     file.gcount() > 0
                         ? fmt::format("{} is larger than {} bytes", what, kSecretBytesMax)
                         : fmt::format("{} cannot be read: {}", what,
                                       std::generic_category().message(errno))};
    text.resize(static_cast<std::size_t>(file.gcount()));
    while (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != std::string::npos)
        text.pop_back();
    if (text.empty()) return Error{ErrorKind::InvalidInput, fmt::format("{} is empty", what)};
    return Secret(std::move(text));
}

} // namespace

SecretSource SecretSource::from_value(std::string value) {
    if (value.starts_with(kCredentialPrefix))
        return {Kind::Credential, value.substr(kCredentialPrefix.size())};
    return {Kind::Literal, std::move(value)};
}

SecretSource SecretSource::from_file(std::string path) {
    return {Kind::File, std::move(path)};
}

Result<Secret> SecretSource::read() const {
    switch (kind_) {
    case Kind::None:
        return Error{ErrorKind::InvalidInput, "the secret is not configured"};
    case Kind::Literal:
        return Secret(text_);
    case Kind::File:
        return read_file(text_, text_);
    case Kind::Credential:
        break;
    }
    // https://systemd.io/CREDENTIALS: the service manager says in which folder they are.
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    const auto what = fmt::format("credential {}", text_);
    if (!folder)
        return Error{ErrorKind::InvalidInput,
                     what + " is only there in a systemd service with LoadCredential="};
    return read_file(fmt::format("{}/{}", folder, text_), what);
}

} // namespace keepwatch::config
