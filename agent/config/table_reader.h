#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/document.h"
#include "model/result.h"
#include "model/time.h"

namespace keepwatch::config {

using StringMap = std::vector<std::pair<std::string, std::string>>; // Sorted by key.

// A string, or a number in its shortest form.
struct Scalar {
    bool is_number = false;
    std::string text;
};

template <class Enum> struct Choice {
    std::string_view word;
    Enum value;
};

inline constexpr std::size_t kErrorsMax = 100; // In one list; a file may be anything.

// Reads the keys of one table of a TOML file and remembers which it was asked for, so that finish()
// can refuse the others. Every error is added to `errors` and leaves its target as it was; reading
// goes on, so that all errors of a file are found at once. An error reads
// `kw.toml:4:12: target.interval must be a duration such as "15s" or "1h30m", not an integer`.
//
// The document and the list of errors must outlive the reader and those made from it.
class TableReader {
public:
    // Reads the document's root. `path` is put before every key that an error names: "target.".
    TableReader(const Document& document, std::vector<Error>& errors, std::string path = "");

    bool has(std::string_view key) const;

    // Each reads one key, if it is there. Strings and lists must not be empty; durations and
    // integers must be above zero, unless said otherwise.
    TableReader& optional(std::string_view key, std::string& into);
    TableReader& optional(std::string_view key, std::vector<std::string>& into);
    TableReader& optional(std::string_view key, StringMap& into); // A table of strings.
    TableReader& optional(std::string_view key, Scalar& into);
    // A list of tables of strings, which may be empty.
    TableReader& optional(std::string_view key, std::vector<StringMap>& into);
    TableReader& optional(std::string_view key, Duration& into);
    TableReader& optional(std::string_view key, bool& into);
    TableReader& optional(std::string_view key, std::size_t& into);
    TableReader& optional_or_zero(std::string_view key, Duration& into);
    TableReader& optional_or_empty(std::string_view key, std::string& into);
    TableReader& optional_or_empty(std::string_view key, std::vector<std::string>& into);

    // Or adds `target.url is required`, at the table's beginning.
    template <class Value> TableReader& required(std::string_view key, Value& into) {
        require(key);
        return optional(key, into);
    }

    // One of several words.
    template <class Enum, std::size_t N> TableReader&
    optional(std::string_view key, Enum& into, const std::array<Choice<Enum>, N>& choices) {
        std::array<std::string_view, N> words;
        for (std::size_t i = 0; i < N; ++i) words[i] = choices[i].word;
        if (const auto chosen = choose(key, words)) into = choices[*chosen].value;
        return *this;
    }
    template <class Enum, std::size_t N> TableReader&
    required(std::string_view key, Enum& into, const std::array<Choice<Enum>, N>& choices) {
        require(key);
        return optional(key, into, choices);
    }

    // For keys that may be of several types: which it is. Counts as asking for the key.
    enum class Type : std::uint8_t { Absent, String, List, Table, Other };
    Type type_of(std::string_view key);

    // All that the table has, in the order of names: for tables whose keys are the user's.
    std::vector<std::string> keys() const;

    // The tables under [[key]], none when the key is absent; and the one under [key] or `key = {}`.
    std::vector<TableReader> tables(std::string_view key);
    std::optional<TableReader> table(std::string_view key);

    // Where the key's value stands; its n-th element; byte `offset` inside a string. The table
    // itself, if the key is absent.
    Location at(std::string_view key) const;
    Location at(std::string_view key, std::size_t element) const;
    Location inside(std::string_view key, std::size_t offset) const;
    Location at_table() const;

    // Adds the caller's own finding about a key, at its value: `target.name` and then `what`.
    void fail(std::string_view key, std::string_view what);
    void fail_at(const Location& at, std::string_view key, std::string_view what);

    // Refuses the keys that were not asked for, naming the nearest that are known. Whether this
    // table was without error. Call it last, for each reader.
    bool finish();

private:
    TableReader(const TableReader& parent, const toml::table& table, std::string path);

    const toml::node* find(std::string_view key);
    const toml::node* peek(std::string_view key) const;
    void require(std::string_view key);
    std::optional<std::size_t> choose(std::string_view key,
                                      std::span<const std::string_view> words);
    void mistyped(const toml::node& node, std::string_view key, std::string_view wanted);
    void read_map(const toml::table& table, std::string_view key, StringMap& into);
    void read_list(std::string_view key, std::vector<std::string>& into, bool may_be_empty);
    void read_duration(std::string_view key, Duration& into, Duration least);

    const Document* document_;
    const toml::table* table_;
    std::vector<Error>* errors_;
    std::string path_;
    bool clean_ = true;
    std::set<std::string, std::less<>> asked_;
};

} // namespace keepwatch::config
