#include <algorithm>

#include <fmt/format.h>

#include "templating/functions.h"
#include "templating/url.h"

// Changing texts.
namespace keepwatch::templating {
namespace {

Error invalid(std::string message) {
    return {ErrorKind::InvalidInput, std::move(message)};
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The first letter of every word in capitals; the rest stays. A word ends at anything but letters,
// digits and _, yet goes on over a point or an apostrophe between two letters.
std::string title_case(std::string text) {
    bool inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool joins = (c == '.' || c == '\'' || c == ':') && inside && i + 1 < text.size() &&
                           is_letter(text[i - 1]) && is_letter(text[i + 1]);
        if (is_letter(c) && !inside) text[i] = upper(c);
        inside = joins || is_letter(c) || (inside && (is_digit(c) || c == '_'));
    }
    return text;
}

Result<Value> run_title(const Call& call) {
    KW_TRY(auto text, text_argument(call, 0));
    return Value{title_case(std::move(text))};
}

Result<Value> run_to_upper(const Call& call) {
    KW_TRY(auto text, text_argument(call, 0));
    std::transform(text.begin(), text.end(), text.begin(), upper);
    return Value{std::move(text)};
}

Result<Value> run_to_lower(const Call& call) {
    KW_TRY(auto text, text_argument(call, 0));
    std::transform(text.begin(), text.end(), text.begin(), lower);
    return Value{std::move(text)};
}

// `host:port` without the port, brackets of IPv6 off; what is not of that form stays.
std::string host_of(const std::string& text) {
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        const bool with_port =
            close != std::string::npos && close + 1 < text.size() && text[close + 1] == ':';
        return with_port ? text.substr(1, close - 1) : text;
    }
    const auto colon = text.find(':');
    return colon == text.rfind(':') ? text.substr(0, colon) : text;
}

Result<Value> run_strip_port(const Call& call) {
    KW_TRY(const auto text, text_argument(call, 0));
    return Value{host_of(text)};
}

// The first name of a host; addresses stay, and so does a port.
Result<Value> run_strip_domain(const Call& call) {
    KW_TRY(const auto text, text_argument(call, 0));
    const auto host = host_of(text);
    const bool address = host.find_first_not_of("0123456789.") == std::string::npos ||
                         host.find(':') != std::string::npos;
    if (address) return Value{text};
    const auto port = text.rfind(':');
    auto first = host.substr(0, host.find('.'));
    if (port != std::string::npos) first += text.substr(port);
    return Value{std::move(first)};
}

Result<Value> run_safe_html(const Call& call) {
    KW_TRY(auto text, text_argument(call, 0));
    return Value{std::move(text)};
}

Result<Value> run_url_query_escape(const Call& call) {
    KW_TRY(const auto text, text_argument(call, 0));
    return Value{query_escape(text)};
}

// join separator list
Result<Value> run_join(const Call& call) {
    KW_TRY(const auto separator, text_argument(call, 0));
    const auto* list = call.args[1].as<std::shared_ptr<const List>>();
    if (list == nullptr)
        return invalid("argument 2: expected a list; got " + type_name(call.args[1]));
    std::string joined;
    for (std::size_t i = 0; i < (*list)->size(); ++i) {
        if (i > 0) joined += separator;
        joined += to_text((**list)[i]);
        if (joined.size() > call.bytes_max)
            return Error{ErrorKind::LimitExceeded,
                         fmt::format("a result of more than {} bytes", call.bytes_max)};
    }
    return Value{std::move(joined)};
}

constexpr Function kFunctions[] = {
    {"title", 1, 1, run_title},
    {"toUpper", 1, 1, run_to_upper},
    {"toLower", 1, 1, run_to_lower},
    {"stripPort", 1, 1, run_strip_port},
    {"stripDomain", 1, 1, run_strip_domain},
    {"safeHtml", 1, 1, run_safe_html},
    {"urlQueryEscape", 1, 1, run_url_query_escape},
    {"join", 2, 2, run_join},
};

} // namespace

std::span<const Function> text_functions() {
    return kFunctions;
}

} // namespace keepwatch::templating
