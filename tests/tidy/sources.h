#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

// What the rules about the sources themselves share: files to read, and where in them something is.
namespace keepwatch::tidy {

struct Source {
    std::string path; // Relative to the repository: "agent/model/time.h".
    std::string text;

    bool is_header() const { return path.ends_with(".h"); }
    // The stage that the file belongs to: "model"; empty outside agent/.
    std::string folder() const {
        constexpr std::string_view root = "agent/";
        if (!path.starts_with(root)) return "";
        return path.substr(root.size(), path.find('/', root.size()) - root.size());
    }
};

// "agent/model/time.h:3: what is wrong with it", for each place where a rule is broken.
using Findings = std::vector<std::string>;

inline std::string finding(const Source& source, std::size_t at, std::string_view what) {
    const auto end = source.text.begin() + static_cast<std::ptrdiff_t>(at);
    return fmt::format("{}:{}: {}", source.path, 1 + std::count(source.text.begin(), end, '\n'),
                       what);
}

inline Source read_source(const std::filesystem::path& root, const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::filesystem::relative(file, root).generic_string(),
            {std::istreambuf_iterator<char>(in), {}}};
}

// Every file of agent/ in C++, in the order of their paths.
inline std::vector<Source> agent_sources() {
    const std::filesystem::path root = KEEPWATCH_SOURCE_DIR;
    std::vector<Source> sources;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "agent")) {
        const auto extension = entry.path().extension();
        if (extension == ".h" || extension == ".cpp")
            sources.push_back(read_source(root, entry.path()));
    }
    std::ranges::sort(sources, {}, &Source::path);
    return sources;
}

// What a rule finds in all of them.
template <class Rule> Findings findings_in_agent(Rule rule) {
    Findings all;
    for (const auto& source : agent_sources())
        std::ranges::copy(rule(source), std::back_inserter(all));
    return all;
}

} // namespace keepwatch::tidy
