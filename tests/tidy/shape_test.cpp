#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "tidy/code.h"
#include "tidy/sources.h"

namespace keepwatch::tidy {
namespace {

constexpr auto npos = std::string_view::npos;

constexpr int kHeaderLinesMax = 200;
constexpr int kSourceLinesMax = 500;

Findings too_long(const Source& source) {
    const auto lines = std::ranges::count(source.text, '\n');
    const auto most = source.is_header() ? kHeaderLinesMax : kSourceLinesMax;
    if (lines <= most) return {};
    return {fmt::format("{}: has {} lines, more than {}", source.path, lines, most)};
}

Findings unguarded(const Source& source) {
    if (!source.is_header() || source.text.starts_with("#pragma once\n")) return {};
    return {source.path + ": does not start with #pragma once"};
}

// A file is called by what it is about, and these are about nothing.
Findings named_for_nothing(const Source& source) {
    const auto name = std::filesystem::path(source.path).stem().string();
    for (const auto* word : {"util", "utils", "common", "helper", "helpers", "manager", "misc"})
        if (name == word || name.ends_with("_" + std::string(word)))
            return {source.path + ": is called by a word that names nothing: " + word};
    return {};
}

// Written in two halves, so that this file is not what it looks for.
const std::vector<std::string> kLeftovers = {"TO"
                                             "DO",
                                             "FIX"
                                             "ME",
                                             "XX"
                                             "X",
                                             "HA"
                                             "CK"};
// Where somebody's own machine would show. Kafka's own logs do lie in a folder for temporary files.
const std::vector<std::string> kMachinePaths = {"/wo"
                                                "rk/",
                                                "/ho"
                                                "me/",
                                                "/ro"
                                                "ot/",
                                                "/tm"
                                                "p/"};

Findings leftovers(const Source& source) {
    Findings findings;
    for (const auto& word : kLeftovers)
        for (auto at = find_word(source.text, word); at != npos;
             at = find_word(source.text, word, at + 1))
            findings.push_back(finding(source, at, word + ": do it, or write it into an issue"));
    return findings;
}

Findings machine_paths(const Source& source) {
    Findings findings;
    for (const auto& path : kMachinePaths)
        for (auto at = source.text.find(path); at != npos; at = source.text.find(path, at + 1))
            findings.push_back(finding(source, at, path + " is a path of one machine"));
    return findings;
}

// Functions of the standard libraries that bring a surprise, and what to use.
struct Banned {
    std::string_view name;
    std::string_view reason;
};
constexpr Banned kBanned[] = {
    {"std::regex", "can take for ever; use RE2"},
    {"localtime", "is not safe among threads, and the agent's times are UTC"},
    {"gmtime", "is not safe among threads; use model/time.h"},
    {"asctime", "is not safe among threads; use model/time.h"},
    {"strtok", "keeps its place in a global"},
    {"rand", "is seeded by nobody; take a generator as an argument"},
};

Findings banned_names(const Source& source) {
    Findings findings;
    const auto code = code_of(source.text);
    for (const auto& [name, reason] : kBanned)
        for (auto at = find_word(code, name); at != npos; at = find_word(code, name, at + 1))
            findings.push_back(finding(source, at, fmt::format("{} {}", name, reason)));
    return findings;
}

std::string lines(int count) {
    return std::string(static_cast<std::size_t>(count), '\n');
}

} // namespace

TEST_CASE("tidy: files stay short enough to be read in one sitting") {
    for (const auto& found : findings_in_agent(too_long)) FAIL_CHECK(found);
}

TEST_CASE("tidy: a header can be included twice") {
    for (const auto& found : findings_in_agent(unguarded)) FAIL_CHECK(found);
}

TEST_CASE("tidy: a file is called by what it is about") {
    for (const auto& found : findings_in_agent(named_for_nothing)) FAIL_CHECK(found);
}

TEST_CASE("tidy: nothing is left over, and no machine shows") {
    for (const auto& found : findings_in_agent(leftovers)) FAIL_CHECK(found);
    for (const auto& found : findings_in_agent(machine_paths)) FAIL_CHECK(found);
}

TEST_CASE("tidy: no function is used that is slow or unsafe without showing it") {
    for (const auto& found : findings_in_agent(banned_names)) FAIL_CHECK(found);
}

TEST_CASE("tidy: the rules read the whole agent") {
    const auto sources = agent_sources();
    const auto read = [&](std::string_view path) {
        return std::ranges::find(sources, path, &Source::path) != sources.end();
    };
    CHECK(read("agent/cli/main.cpp"));
    CHECK(read("agent/model/result.h"));
}

TEST_CASE("tidy: a file that is too long is found") {
    CHECK(too_long({"a.h", lines(200)}).empty());
    CHECK(too_long({"a.h", lines(201)}) == Findings{"a.h: has 201 lines, more than 200"});
    CHECK(too_long({"a.cpp", lines(500)}).empty());
    CHECK(too_long({"a.cpp", lines(501)}) == Findings{"a.cpp: has 501 lines, more than 500"});
}

TEST_CASE("tidy: a header without its guard is found") {
    CHECK(unguarded({"a.h", "#pragma once\n"}).empty());
    CHECK(unguarded({"a.cpp", "int a;\n"}).empty());
    CHECK(unguarded({"a.h", "int a;\n"}) == Findings{"a.h: does not start with #pragma once"});
}

TEST_CASE("tidy: a name that says nothing is found") {
    CHECK(named_for_nothing({"agent/net/task_group.h", ""}).empty());
    CHECK(named_for_nothing({"agent/net/uncommon.h", ""}).empty());
    CHECK(named_for_nothing({"agent/net/util.h", ""}).size() == 1);
    CHECK(named_for_nothing({"agent/net/alert_manager.cpp", ""}).size() == 1);
}

TEST_CASE("tidy: what is left over is found") {
    CHECK(leftovers({"a.h", "int mastodon; // Autodoc."}).empty());
    CHECK(leftovers({"a.h", "\n// " + kLeftovers[0] + ": later"}) ==
          Findings{"a.h:2: " + kLeftovers[0] + ": do it, or write it into an issue"});
    for (const auto& word : kLeftovers) CHECK(leftovers({"a.h", word + "(me)"}).size() == 1);
}

TEST_CASE("tidy: a machine's path is found") {
    CHECK(machine_paths({"a.h", "// work/tmp and /etc/keepwatch"}).empty());
    for (const auto& path : kMachinePaths)
        CHECK(machine_paths({"a.h", "open(\"" + path + "x\")"}) ==
              Findings{"a.h:1: " + path + " is a path of one machine"});
}

TEST_CASE("tidy: a banned name is found where it is code") {
    CHECK(
        banned_names({"a.cpp", "// std::regex is slow.\nRE2 a; g(\"gmtime\"); grand(1);"}).empty());
    CHECK(banned_names({"a.cpp", "\nstd::regex a;"}) ==
          Findings{"a.cpp:2: std::regex can take for ever; use RE2"});
    for (const auto& banned : kBanned)
        CHECK(banned_names({"a.cpp", std::string(banned.name) + "(x);"}).size() == 1);
}

} // namespace keepwatch::tidy
