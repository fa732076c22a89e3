#include <memory>

#include <fmt/format.h>
#include <re2/re2.h>

#include "promql/eval/eval.h"
#include "promql/eval/key_memo.h"
#include "promql/eval/labelling.h"
#include "promql/functions/vector.h"
#include "promql/utf8.h"

namespace keepwatch::promql::functions {
namespace {

constexpr int kGroupsMax = 64;
constexpr std::size_t kRegexMemoryMax = 8 << 20;

// The labels already made, and the regular expression, compiled once for a query.
struct LabelReplaceState : NodeState {
    KeyMemo labels;
    std::unique_ptr<re2::RE2> regex;
};

bool is_label_name(const std::string& name) {
    return !name.empty() && is_valid_utf8(name);
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// What `$name`, `${name}` or `$1` stands for; takes it off `rest`, which starts behind the dollar.
// Nullopt: a dollar that begins nothing.
std::optional<std::string_view> take_group_name(std::string_view& rest) {
    const bool braced = !rest.empty() && rest.front() == '{';
    std::size_t begin = braced ? 1 : 0;
    std::size_t end = begin;
    while (end < rest.size() && is_word(rest[end])) ++end;
    const bool closed = end < rest.size() && rest[end] == '}';
    if (end == begin || (braced && !closed)) return std::nullopt;
    const auto name = rest.substr(begin, end - begin);
    rest.remove_prefix(end + (braced ? 1 : 0));
    return name;
}

int group_index(const re2::RE2& regex, std::string_view name) {
    int number = 0;
    for (const char c : name) {
        if (c < '0' || c > '9' || number > kGroupsMax) {
            const auto& groups = regex.NamedCapturingGroups();
            const auto found = groups.find(std::string(name));
            return found == groups.end() ? -1 : found->second;
        }
        number = number * 10 + (c - '0');
    }
    return number;
}

// Go's Regexp.Expand: $1, $name, ${name}; $$ is a dollar; unknown groups are empty.
std::string expand(std::string_view text, const re2::RE2& regex,
                   std::span<const re2::StringPiece> groups) {
    std::string result;
    while (!text.empty()) {
        const auto dollar = std::min(text.find('$'), text.size());
        result += text.substr(0, dollar);
        text.remove_prefix(dollar);
        if (text.empty()) break;
        text.remove_prefix(1);
        if (text.starts_with('$')) {
            result += '$';
            text.remove_prefix(1);
            continue;
        }
        const auto name = take_group_name(text);
        if (!name) {
            result += '$';
            continue;
        }
        const int index = group_index(regex, *name);
        if (index >= 0 && static_cast<std::size_t>(index) < groups.size()) {
            const auto& group = groups[static_cast<std::size_t>(index)];
            result.append(group.data(), group.size());
        }
    }
    return result;
}

bool matches(const re2::RE2& regex, std::string_view value) {
    return re2::RE2::FullMatch(re2::StringPiece(value.data(), value.size()), regex);
}

Labels replaced(const Labels& labels, const std::string& target, const std::string& replacement,
                const std::string& source, const re2::RE2& regex) {
    const auto value = labels.get(source);
    std::vector<re2::StringPiece> groups(
        static_cast<std::size_t>(std::min(regex.NumberOfCapturingGroups(), kGroupsMax) + 1));
    const re2::StringPiece text(value.data(), value.size());
    if (!regex.Match(text, 0, text.size(), re2::RE2::ANCHOR_BOTH, groups.data(),
                     static_cast<int>(groups.size())))
        return labels;
    return labels.with(target, expand(replacement, regex, groups));
}

std::unique_ptr<re2::RE2> compile(const std::string& pattern) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_dot_nl(true);
    options.set_max_mem(kRegexMemoryMax);
    return std::make_unique<re2::RE2>(pattern, options);
}

} // namespace

// label_replace(vector, target, replacement, source, regex)
Result<VectorValue> label_replace(const CallSite& site) {
    const auto target = eval_string(site.argument(1));
    const auto replacement = eval_string(site.argument(2));
    const auto source = eval_string(site.argument(3));
    const auto pattern = eval_string(site.argument(4));
    auto& state = site.evaluation.state<LabelReplaceState>(site.expr);
    if (!state.regex) state.regex = compile(pattern);
    if (!state.regex->ok())
        return execution_error(
            fmt::format("invalid regular expression in label_replace(): {}", pattern));
    if (!is_label_name(target))
        return execution_error(
            fmt::format("invalid destination label name in label_replace(): {}", target));
    KW_TRY(auto vector, eval_vector(site.evaluation, site.argument(0), site.now));
    for (auto& element : vector) {
        // A name that is given here stays, whatever was computed before.
        if (target == kNameLabel && matches(*state.regex, element.labels.get(source)))
            element.loses_name = false;
        element.labels = state.labels.labels_of(element.labels, [&](const Labels& labels) {
            return replaced(labels, target, replacement, source, *state.regex);
        });
    }
    return unique(std::move(vector));
}

// label_join(vector, target, separator, source…)
Result<VectorValue> label_join(const CallSite& site) {
    const auto target = eval_string(site.argument(1));
    const auto separator = eval_string(site.argument(2));
    std::vector<std::string> sources;
    for (std::size_t i = 3; i < site.call.arguments.size(); ++i) {
        sources.push_back(eval_string(site.argument(i)));
        if (!is_label_name(sources.back()))
            return execution_error(
                fmt::format("invalid source label name in label_join(): {}", sources.back()));
    }
    if (!is_label_name(target))
        return execution_error(
            fmt::format("invalid destination label name in label_join(): {}", target));
    KW_TRY(auto vector, eval_vector(site.evaluation, site.argument(0), site.now));
    auto& memo = site.evaluation.state<KeyMemo>(site.expr);
    for (auto& element : vector) {
        if (target == kNameLabel) element.loses_name = false;
        element.labels = memo.labels_of(element.labels, [&](const Labels& labels) {
            std::string joined;
            for (const auto& source : sources) {
                if (&source != &sources.front()) joined += separator;
                joined += labels.get(source);
            }
            return labels.with(target, joined);
        });
    }
    return unique(std::move(vector));
}

} // namespace keepwatch::promql::functions
