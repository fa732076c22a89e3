#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <re2/re2.h>

#include "templating/functions.h"

// Matching and replacing with RE2, which is what Go's regexp is.
namespace keepwatch::templating {
namespace {

// Memory that one regular expression of a template may take.
constexpr std::int64_t kRegexBytesMax = 1 << 20;

RE2::Options regex_options() {
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(kRegexBytesMax);
    return options;
}

Error bad_regex(const RE2& regex, const std::string& pattern) {
    return {ErrorKind::InvalidInput,
            fmt::format("error parsing regexp {}: {}", quoted(pattern), regex.error())};
}

Result<Value> run_match(const Call& call) {
    KW_TRY(const auto pattern, text_argument(call, 0));
    KW_TRY(const auto text, text_argument(call, 1));
    const RE2 regex(pattern, regex_options());
    if (!regex.ok()) return bad_regex(regex, pattern);
    return Value{RE2::PartialMatch(text, regex)};
}

bool is_name(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// What $name or ${name} at the front stands for, in bytes to skip and in name; no name if the $ is
// only a $. The longest possible name counts: $1x is the group "1x".
struct Reference {
    std::size_t bytes = 0;
    std::string name;
};
Reference reference_at(std::string_view text) {
    const bool braced = text.size() > 1 && text[1] == '{';
    const std::size_t begin = braced ? 2 : 1;
    auto end = begin;
    while (end < text.size() && is_name(text[end])) ++end;
    if (end == begin || (braced && (end == text.size() || text[end] != '}'))) return {};
    return {end + (braced ? 1 : 0), std::string(text.substr(begin, end - begin))};
}

using Groups = std::vector<re2::StringPiece>;

// What names no group is empty.
re2::StringPiece group_named(const std::string& name, const RE2& regex, const Groups& groups) {
    std::size_t group = groups.size();
    const bool number = name.find_first_not_of("0123456789") == std::string::npos;
    const auto& named = regex.NamedCapturingGroups();
    if (number && name.size() < 6)
        group = static_cast<std::size_t>(std::stoi(name));
    else if (const auto found = named.find(name); found != named.end())
        group = static_cast<std::size_t>(found->second);
    return group < groups.size() ? groups[group] : re2::StringPiece();
}

void append_expanded(std::string_view replacement, const RE2& regex, const Groups& groups,
                     std::string& into) {
    while (!replacement.empty()) {
        const auto dollar = std::min(replacement.find('$'), replacement.size());
        into.append(replacement.substr(0, dollar));
        replacement.remove_prefix(dollar);
        if (replacement.empty()) return;
        const auto reference = reference_at(replacement);
        if (reference.name.empty()) {
            into += '$';
            replacement.remove_prefix(replacement.starts_with("$$") ? 2 : 1);
            continue;
        }
        const auto piece = group_named(reference.name, regex, groups);
        into.append(piece.data(), piece.size());
        replacement.remove_prefix(reference.bytes);
    }
}

std::size_t rune_bytes(std::string_view text) {
    std::size_t n = 1;
    while (n < text.size() && (static_cast<unsigned char>(text[n]) & 0xC0) == 0x80) ++n;
    return n;
}

// As Go's ReplaceAllString: an empty match right behind another match is none.
Result<Value> run_re_replace_all(const Call& call) {
    KW_TRY(const auto pattern, text_argument(call, 0));
    KW_TRY(const auto replacement, text_argument(call, 1));
    KW_TRY(const auto text, text_argument(call, 2));
    const RE2 regex(pattern, regex_options());
    if (!regex.ok()) return bad_regex(regex, pattern);
    Groups groups(static_cast<std::size_t>(regex.NumberOfCapturingGroups()) + 1);
    std::string out;
    std::size_t copied = 0; // Of `text`, up to here.
    std::size_t from = 0;
    while (from <= text.size() && regex.Match(text, from, text.size(), RE2::UNANCHORED,
                                              groups.data(), static_cast<int>(groups.size()))) {
        const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
        const auto end = begin + groups[0].size();
        out.append(text, copied, begin - copied);
        if (end > copied || begin == 0) append_expanded(replacement, regex, groups, out);
        if (out.size() > call.bytes_max)
            return Error{ErrorKind::LimitExceeded,
                         fmt::format("a result of more than {} bytes", call.bytes_max)};
        copied = end;
        const auto next = from + rune_bytes(std::string_view(text).substr(from));
        from = std::max(end, next);
    }
    return Value{out.append(text, copied)};
}

constexpr Function kFunctions[] = {
    {"match", 2, 2, run_match},
    {"reReplaceAll", 3, 3, run_re_replace_all},
};

} // namespace

std::span<const Function> regex_functions() {
    return kFunctions;
}

} // namespace keepwatch::templating
