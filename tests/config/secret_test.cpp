#include "config/secret.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

using namespace keepwatch;
using config::SecretSource;

namespace {

// A folder of its own that vanishes with the test.
struct Fixture {
    std::string folder;
    Fixture() {
        std::string pattern = std::filesystem::temp_directory_path() / "keepwatch-XXXXXX";
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        folder = pattern;
    }
    ~Fixture() { std::filesystem::remove_all(folder); }
    std::string write(const std::string& name, std::string_view text) const {
        std::ofstream(folder + "/" + name) << text;
        return folder + "/" + name;
    }
};

} // namespace

TEST_CASE("config::Secret: is not printed") {
    CHECK(fmt::format("{}", config::Secret("hunter2")) == "<secret>");
}

TEST_CASE_FIXTURE(Fixture, "config::SecretSource: comes from the file as it is when it is needed") {
    const auto path = write("url", "https://a\n");
    const auto source = SecretSource::from_file(path);
    CHECK(source.read()->reveal() == "https://a");
    write("url", "https://b \r\n\n");
    CHECK(source.read()->reveal() == "https://b");
}

TEST_CASE_FIXTURE(Fixture, "config::SecretSource: says why a secret cannot be had") {
    CHECK(SecretSource::from_file(folder + "/no").read().error().message ==
          folder + "/no cannot be read: No such file or directory");
    CHECK(SecretSource::from_file(write("e", " \n")).read().error().message ==
          folder + "/e is empty");
    CHECK(SecretSource::from_file(write("big", std::string(70'000, 'x'))).read().error().message ==
          folder + "/big is larger than 65536 bytes");
    CHECK(SecretSource().read().error().message == "the secret is not configured");
}

TEST_CASE_FIXTURE(Fixture, "config::SecretSource: a credential is where systemd puts it") {
    const auto source = SecretSource::from_value("credential:pager");
    write("pager", "k\n");
    unsetenv("CREDENTIALS_DIRECTORY");
    CHECK(source.read().error().message ==
          "credential pager is only there in a systemd service with LoadCredential=");
    setenv("CREDENTIALS_DIRECTORY", folder.c_str(), 1);
    CHECK(source.read()->reveal() == "k");
    unsetenv("CREDENTIALS_DIRECTORY");
}
