#include "collect/zookeeper_words.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "net/deadline.h"
#include "net/io_error.h"

namespace keepwatch::collect {
namespace {

constexpr std::string_view kNeeded = "mntr";
constexpr std::array<std::string_view, 3> kWords{kNeeded, "srvr", "isro"};
constexpr std::size_t kReadBytes = 64 << 10;
constexpr std::size_t kSpareBytes = 1 << 10; // For what stands between the answers.

} // namespace

ZookeeperWords::ZookeeperWords(net::Connector& connector, const net::Clock& clock, Url url,
                               Duration timeout, std::size_t bytes_max)
    : connector_(connector), clock_(clock), url_(std::move(url)), timeout_(timeout),
      bytes_max_(bytes_max), page_(bytes_max + kSpareBytes) {}

asio::awaitable<Result<net::FetchedPage>> ZookeeperWords::fetch() {
    const auto until = clock_.steady() + timeout_;
    page_.clear();
    for (const auto word : kWords) {
        const auto before = page_.size();
        const auto left = std::max(until - clock_.steady(), Duration{});
        net::Step step;
        auto asking = ask(word, step);
        auto answer =
            co_await net::within<Result<std::size_t>>(clock_.real(left), std::move(asking));
        if (answer && *answer) continue;
        if (answer && answer->error().kind == ErrorKind::Cancelled) co_return answer->error();
        auto error = answer ? std::move(*answer).error() : net::timeout_error(step, timeout_);
        if (word == kNeeded) co_return std::move(error).within(word);
        page_.drop_to(before); // It is not needed; half of it would be misunderstood.
    }
    co_return net::FetchedPage(PageFormat::ZookeeperWords, page_.view());
}

asio::awaitable<Result<std::size_t>> ZookeeperWords::ask(std::string_view word, net::Step& step) {
    KW_CO_TRY(auto connection, co_await connector_.connect(url_, step));
    step.name = "send";
    if (auto sent = co_await connection.write(word); !sent) co_return std::move(sent).error();

    step.name = "read";
    append(fmt::format("#4lw {}\n", word));
    const auto begin = page_.size();
    for (;;) {
        const auto room = page_.room(kReadBytes);
        if (room.empty() || page_.size() > bytes_max_)
            co_return Error{ErrorKind::LimitExceeded,
                            fmt::format("read: the page is larger than {} bytes", bytes_max_)};
        KW_CO_TRY(const auto bytes, co_await connection.read_some(room));
        page_.commit(bytes);
        if (bytes == 0) break;
    }
    const auto answered = page_.size() - begin;
    if (answered == 0) co_return Error{ErrorKind::Unavailable, "read: closed without an answer"};
    if (page_.view().back() != '\n') append("\n");
    co_return answered;
}

void ZookeeperWords::append(std::string_view text) {
    const auto room = page_.room(text.size());
    const auto bytes = std::min(room.size(), text.size());
    std::copy_n(text.begin(), bytes, room.begin());
    page_.commit(bytes);
}

} // namespace keepwatch::collect
