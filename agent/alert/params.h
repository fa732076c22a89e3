#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/rule_param.h"
#include "config/table_reader.h"
#include "model/result.h"

namespace keepwatch::alert {

inline constexpr std::size_t kParamsMax = 200; // Of one pack.

// A text with the values of parameters put in, which knows where its bytes come from.
class Expansion {
public:
    // The byte of the written text that a byte of `text()` stands for; of a value it is the `$`.
    std::size_t source_of(std::size_t offset) const;
    const std::string& text() const { return text_; }

private:
    friend class Params;
    struct Piece {
        std::size_t at = 0;     // Where in the text it begins.
        std::size_t source = 0; // Where it was written.
        bool is_value = false;
    };
    std::string text_;
    std::vector<Piece> pieces_; // In order; the first at 0.
};

// The parameters of a native pack: [params.NAME] tables, with which `${NAME}` in the texts of the
// pack's rules is replaced. `$${NAME}` stands for `${NAME}` itself.
class Params {
public:
    struct Param {
        std::string name;
        std::string unit;
        std::string reason;
        bool is_number = false;
        std::string standard; // As the pack has it.
        std::string value;    // As it is put in.
        bool is_used = false;
        Location at;
    };

    // Reads the `params` of a pack's root table. Overrides for other packs are passed over; errors
    // in one are located where it was written.
    static Params read(config::TableReader& root, std::string_view pack,
                       std::span<const config::RuleParam> overrides, std::vector<Error>& errors);

    // An error says in `at` only the column, as byte of the text: a parameter is unknown, or `${`
    // is not closed.
    Result<Expansion> expand(std::string_view text);

    const std::vector<Param>& all() const { return params_; }

private:
    Param* find(std::string_view name);
    void override_with(const config::RuleParam& given, std::vector<Error>& errors);
    std::string known() const;

    std::vector<Param> params_; // By name.
};

} // namespace keepwatch::alert
