#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "alert/rule_parts.h"
#include "model/result.h"

namespace keepwatch::alert {

using StringPairs = std::vector<std::pair<std::string, YAML::Node>>;

// A YAML text and where its nodes stand. Reading it is as strict as Prometheus: unknown and
// repeated fields are errors, and so are values of the wrong type.
class YamlFile {
public:
    YamlFile(std::string_view text, std::string name, std::vector<Error>& errors);

    Location at(const YAML::Node& node) const;
    // For the text of a scalar; knows plain, quoted and literal (`|`) scalars on lines as written.
    Place inside(const YAML::Node& scalar) const;
    void fail(const Location& at, std::string message);

    // The entries of a map with merge keys (`<<`) resolved; nothing and an error if it is none.
    // `what` says in errors what the map is: "a rule".
    std::optional<StringPairs> entries(const YAML::Node& node, std::string_view what);

    // Strings, and what YAML takes for a number or a truth value; null is "".
    std::optional<std::string> text(const YAML::Node& node, std::string_view what);

private:
    std::string_view line(std::size_t number) const; // From 0.
    Location inside_block(const Location& begin, std::string_view value, std::uint32_t row,
                          std::uint32_t column) const;

    std::string name_;
    std::vector<std::string_view> lines_;
    std::vector<Error>& errors_;
};

} // namespace keepwatch::alert
