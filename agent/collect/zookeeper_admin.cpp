#include "collect/zookeeper_admin.h"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "model/number.h"

namespace keepwatch::collect {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownMax = 64; // Of a body that is not what was expected.

// On one line, as mntr writes it; "" for what is no single value.
std::string text_of(const json::value& value) {
    if (const auto* text = value.if_string()) {
        std::string line(text->data(), text->size());
        for (char& c : line)
            if (c == '\n' || c == '\r' || c == '\t') c = ' ';
        return line;
    }
    if (const auto* truth = value.if_bool()) return *truth ? "1" : "0";
    if (value.is_number()) return format_number(value.to_number<double>());
    return {};
}

// Not a value of the server but of the answer.
bool is_envelope(std::string_view key) {
    return key == "command" || key == "error";
}

std::string name_of(std::string_view key) {
    return key.starts_with("zk_") ? std::string(key) : fmt::format("zk_{}", key);
}

} // namespace

Result<std::string> words_of_monitor(std::string_view text) {
    boost::system::error_code wrong;
    const auto answer = json::parse({text.data(), text.size()}, wrong);
    const auto* const values = answer.if_object();
    if (wrong || values == nullptr)
        return Error{
            ErrorKind::InvalidInput,
            fmt::format("expected the AdminServer's answer to monitor, a JSON object, got {}",
                        keepwatch::quoted(text.substr(0, kShownMax)))};
    if (const auto* error = values->if_contains("error"); error != nullptr && !error->is_null())
        return Error{ErrorKind::Unavailable,
                     fmt::format("the AdminServer answers: {}", text_of(*error))};
    std::string words = "#4lw mntr\n";
    for (const auto& [key, value] : *values) {
        const auto shown = text_of(value);
        if (!shown.empty() && !is_envelope({key.data(), key.size()}))
            words += fmt::format("{}\t{}\n", name_of({key.data(), key.size()}), shown);
    }
    return words;
}

asio::awaitable<Result<net::FetchedPage>> ZookeeperAdmin::fetch() {
    KW_CO_TRY(const auto answer, co_await fetcher_.fetch());
    auto words = words_of_monitor(answer.body);
    if (!words) co_return std::move(words).error();
    page_ = *std::move(words);
    co_return net::FetchedPage(PageFormat::ZookeeperWords, page_);
}

} // namespace keepwatch::collect
