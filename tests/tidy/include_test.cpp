#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "tidy/code.h"
#include "tidy/sources.h"

namespace keepwatch::tidy {
namespace {

constexpr auto npos = std::string_view::npos;

// The stages of agent/CMakeLists.txt in their order, each with those that it USES itself.
struct Stages {
    std::vector<std::string> order;
    std::map<std::string, std::set<std::string>> uses;
};

// Reads the lines `keepwatch_folder(NAME USES a b LINKS c)`.
Stages stages_of(std::string_view cmake) {
    constexpr std::string_view call = "\nkeepwatch_folder(";
    Stages stages;
    for (auto at = cmake.find(call); at != npos; at = cmake.find(call, at + 1)) {
        const auto begin = at + call.size();
        std::istringstream words{std::string(cmake.substr(begin, cmake.find(')', begin) - begin))};
        std::string name;
        words >> name;
        stages.order.push_back(name);
        auto& uses = stages.uses[name];
        bool listing = false;
        for (std::string word; words >> word;) {
            if (word == "USES" || word == "LINKS" || word == "HIDES")
                listing = word == "USES";
            else if (listing)
                uses.insert(word);
        }
    }
    return stages;
}

// Stages that use what does not lie before them, and so could use one another in a circle.
Findings against_the_order(const Stages& stages) {
    Findings findings;
    std::set<std::string> before;
    for (const auto& name : stages.order) {
        for (const auto& used : stages.uses.at(name))
            if (!before.contains(used))
                findings.push_back(name + " uses " + used + ", which does not lie before it");
        before.insert(name);
    }
    return findings;
}

// All that a stage may include: itself, what it uses, and what that uses.
std::set<std::string> visible_from(const Stages& stages, const std::string& name) {
    std::set<std::string> visible{name};
    const auto uses = stages.uses.find(name);
    if (uses == stages.uses.end()) return visible;
    for (const auto& used : uses->second)
        if (used != name) visible.merge(visible_from(stages, used));
    return visible;
}

// Each `#include` of a file, with its quotes or brackets.
std::vector<std::pair<std::size_t, std::string>> includes_of(const Source& source) {
    constexpr std::string_view directive = "#include ";
    std::vector<std::pair<std::size_t, std::string>> includes;
    for (auto at = source.text.find(directive); at != npos;
         at = source.text.find(directive, at + 1)) {
        if (at > 0 && source.text[at - 1] != '\n') continue;
        const auto name = at + directive.size();
        const auto end = source.text.find_first_of(">\"\n", name + 1);
        includes.emplace_back(at, source.text.substr(name, end + 1 - name));
    }
    return includes;
}

Findings includes_of_later_stages(const Stages& stages, const Source& source) {
    Findings findings;
    const auto folder = source.folder();
    if (!stages.uses.contains(folder))
        return {source.path + ": " + folder + " is no stage of agent/CMakeLists.txt"};
    const auto visible = visible_from(stages, folder);
    for (const auto& [at, name] : includes_of(source)) {
        if (name.front() != '"') continue;
        const auto slash = name.find('/');
        const auto used = slash == npos ? "" : name.substr(1, slash - 1);
        if (used.empty())
            findings.push_back(finding(source, at, name + " must be written as \"folder/file.h\""));
        else if (!visible.contains(used))
            findings.push_back(finding(source, at, folder + " must not include " + name));
    }
    return findings;
}

// Headers that cost seconds in each file that sees them, or that have no business in the agent.
Findings banned_includes(const Source& source) {
    Findings findings;
    for (const auto& [at, name] : includes_of(source)) {
        const bool umbrella = name == "<boost/asio.hpp>" || name == "<boost/beast.hpp>";
        const bool beast = name.starts_with("<boost/beast");
        if (umbrella)
            findings.push_back(finding(source, at, name + " is all of it; include what is used"));
        else if (beast && source.is_header())
            findings.push_back(finding(source, at, name + " in a header; Beast stays in sources"));
        else if (beast && source.folder() != "net")
            findings.push_back(
                finding(source, at, name + " outside net/, which speaks HTTP for all"));
        else if (name == "<regex>")
            findings.push_back(finding(source, at, "<regex> can take for ever; use RE2"));
        else if (name == "<iostream>")
            findings.push_back(finding(source, at, "<iostream> has globals; use fmt"));
    }
    return findings;
}

Stages agent_stages() {
    const std::filesystem::path root = KEEPWATCH_SOURCE_DIR;
    return stages_of(read_source(root, root / "agent/CMakeLists.txt").text);
}

const Stages& planted() {
    static const auto stages = stages_of("# keepwatch_folder(not USES this)\n"
                                         "keepwatch_folder(model LINKS fmt::fmt)\n"
                                         "keepwatch_folder(series USES model HIDES re2)\n"
                                         "keepwatch_folder(promql     USES series)\n");
    return stages;
}

} // namespace

TEST_CASE("tidy: the stages are listed in the order of the data's way") {
    const auto stages = agent_stages();
    REQUIRE(stages.order.size() > 10);
    for (const auto& found : against_the_order(stages)) FAIL_CHECK(found);
}

TEST_CASE("tidy: a stage includes only what it says it uses") {
    const auto rule = [stages = agent_stages()](const Source& source) {
        return includes_of_later_stages(stages, source);
    };
    for (const auto& found : findings_in_agent(rule)) FAIL_CHECK(found);
}

TEST_CASE("tidy: no file includes what costs seconds or belongs elsewhere") {
    for (const auto& found : findings_in_agent(banned_includes)) FAIL_CHECK(found);
}

TEST_CASE("tidy: the stages are read as the build reads them") {
    CHECK(planted().order == std::vector<std::string>{"model", "series", "promql"});
    CHECK(visible_from(planted(), "promql") == std::set<std::string>{"model", "promql", "series"});
    CHECK(visible_from(planted(), "model") == std::set<std::string>{"model"});
}

TEST_CASE("tidy: a circle of stages is found") {
    const auto circle = stages_of("\nkeepwatch_folder(a USES b)\nkeepwatch_folder(b USES a)\n");
    CHECK(against_the_order(circle) == Findings{"a uses b, which does not lie before it"});
    CHECK(against_the_order(planted()).empty());
}

TEST_CASE("tidy: an include of a later stage is found") {
    const auto found = [](std::string path, std::string text) {
        return includes_of_later_stages(planted(), {std::move(path), std::move(text)});
    };
    CHECK(found("agent/promql/a.cpp", "#include \"model/a.h\"\n#include <b/c.h>\n").empty());
    CHECK(found("agent/series/a.h", "#include \"series/eval/b.h\"\n").empty());
    CHECK(found("agent/series/a.h", "\n#include \"promql/value.h\"\n") ==
          Findings{"agent/series/a.h:2: series must not include \"promql/value.h\""});
    CHECK(found("agent/series/a.h", "#include \"b.h\"\n") ==
          Findings{"agent/series/a.h:1: \"b.h\" must be written as \"folder/file.h\""});
    CHECK(found("agent/new/a.h", "") ==
          Findings{"agent/new/a.h: new is no stage of agent/CMakeLists.txt"});
}

TEST_CASE("tidy: a banned include is found") {
    const auto found = [](std::string path, std::string text) {
        return banned_includes({std::move(path), std::move(text)});
    };
    CHECK(found("agent/net/a.cpp", "#include <boost/beast/http.hpp>\n").empty());
    CHECK(found("agent/net/a.h", "#include <boost/asio/awaitable.hpp>\n").empty());
    CHECK(found("agent/net/a.cpp", "#include <boost/asio.hpp>\n") ==
          Findings{"agent/net/a.cpp:1: <boost/asio.hpp> is all of it; include what is used"});
    CHECK(found("agent/net/a.cpp", "#include <boost/beast.hpp>\n").size() == 1);
    CHECK(found("agent/net/a.h", "#include <boost/beast/http.hpp>\n") ==
          Findings{"agent/net/a.h:1: <boost/beast/http.hpp> in a header; Beast stays in sources"});
    CHECK(found("agent/serve/a.cpp", "#include <boost/beast/core.hpp>\n").size() == 1);
    CHECK(found("agent/serve/a.cpp", "#include <regex>\n#include <iostream>\n").size() == 2);
}

} // namespace keepwatch::tidy
