#include "collect/collector.h"

#include <string>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "collect/grid.h"
#include "collect/host_page.h"
#include "collect/process_watch.h"
#include "collect/zookeeper_admin.h"
#include "collect/zookeeper_words.h"
#include "net/page_fetcher.h"
#include "net/task_group.h"

namespace keepwatch::collect {
namespace {

using PageResult = Result<net::FetchedPage>;

// How the pages of a target are got.
struct Pages {
    using Fetch = std::function<asio::awaitable<PageResult>()>;
    using Rest = std::function<void()>;
    explicit Pages(
        Fetch by = nullptr, Rest after = [] {})
        : fetch(std::move(by)), rest(std::move(after)) {}
    Fetch fetch;
    Rest rest; // Told that a page is done with and the next far off.
};

constexpr std::string_view kProc = "/proc";
constexpr std::string_view kProcScheme = "proc:";
constexpr std::string_view kAdminCommands = "/commands/"; // Of ZooKeeper's AdminServer.

asio::awaitable<PageResult> render_host(std::shared_ptr<HostPage> host, Timestamp now) {
    co_return net::FetchedPage(PageFormat::Text, host->render(now));
}

// To write a page into memory that is not there yet costs some of what reading it does; where pages
// come quickly their memory stays.
constexpr Duration kRestInterval = seconds(5);

// What the command line of such a process has in it: its main class.
std::string usual_match(config::TargetKind kind) {
    switch (kind) {
    case config::TargetKind::Kafka:
        return "kafka.Kafka";
    case config::TargetKind::Zookeeper:
        return "org.apache.zookeeper.server.quorum.QuorumPeerMain";
    case config::TargetKind::Connect:
        return "org.apache.kafka.connect.cli.Connect";
    case config::TargetKind::Mirrormaker:
        return "org.apache.kafka.connect.mirror.MirrorMaker";
    default:
        return {};
    }
}

} // namespace

struct Collector::State {
    State(const asio::any_io_executor& with_executor, const net::Clock& with_clock,
          Deliver with_deliver, Log with_log, net::TlsOptions tls)
        : executor(with_executor), clock(with_clock), deliver(std::move(with_deliver)),
          log(std::move(with_log)), connector(with_executor, std::move(tls)), tasks(with_executor) {
    }

    void start(const config::Target& target, TargetId id) {
        auto pages = pages_of(target);
        if (target.interval < kRestInterval) pages.rest = [] {};
        if (pages.fetch)
            tasks.spawn("scrape " + target.name,
                        scrape(id, Grid(target.name, target.interval), std::move(pages)));
        if (target.process.by != config::ProcessWatch::By::None) start_watching(target, id);
    }

    // The URL decides; the kind is a label, but that only of ZooKeeper the AdminServer is known.
    Pages pages_of(const config::Target& target) {
        if (target.url.starts_with(kProcScheme)) {
            auto host = std::make_shared<HostPage>(target.url.substr(kProcScheme.size()));
            return Pages([this, host] { return render_host(host, clock.now()); });
        }
        auto url = parse_url(target.url);
        if (!url) { // Checked by whoever read the configuration.
            log(fmt::format("{}: the URL {}", target.name, url.error().message));
            return Pages();
        }
        if (url->scheme == "zookeeper") {
            auto words = std::make_shared<ZookeeperWords>(connector, clock, *url, target.timeout,
                                                          target.page_bytes_max);
            return Pages([words] { return words->fetch(); });
        }
        if (target.kind == config::TargetKind::Zookeeper &&
            url->target.starts_with(kAdminCommands)) {
            auto admin = std::make_shared<ZookeeperAdmin>(connector, clock, *url, target.timeout,
                                                          target.page_bytes_max);
            return Pages([admin] { return admin->fetch(); });
        }
        auto fetcher = std::make_shared<net::PageFetcher>(connector, clock, *url, target.timeout,
                                                          target.page_bytes_max);
        return Pages([fetcher] { return fetcher->fetch(); }, [fetcher] { fetcher->rest(); });
    }

    void start_watching(const config::Target& target, TargetId id) {
        const auto url = parse_url(target.url);
        const auto port = url ? url->port : std::uint16_t{0};
        ProcessWatching watching(
            ProcessFinder(std::string(kProc), target.process, port, usual_match(target.kind)));
        watching.root = kProc;
        watching.name = target.name;
        watching.interval = target.interval;
        watching.log = log;
        watching.learn = [this, id](std::vector<Fact> facts) {
            hand_on(FactsLearned{id, std::move(facts)});
        };
        tasks.spawn("process of " + target.name,
                    watch_process(executor, clock, std::move(watching)));
    }

    asio::awaitable<void> scrape(TargetId id, Grid grid, Pages pages) {
        asio::steady_timer timer(executor);
        auto scheduled = clock.now();
        for (;;) {
            const auto began = clock.steady();
            const auto page = co_await pages.fetch();
            if (!page && page.error().kind == ErrorKind::Cancelled) co_return;
            report(id, scheduled, clock.steady() - began, page);
            pages.rest();
            const auto now = clock.now();
            const auto planned = grid.next(scheduled, now);
            timer.expires_after(clock.real(planned - now));
            co_await timer.async_wait(asio::use_awaitable);
            scheduled = grid.scheduled(planned, clock.now());
        }
    }

    void report(TargetId id, Timestamp scheduled, Duration took, const PageResult& page) {
        if (page)
            hand_on(PageArrived{id, scheduled, took, page->format, page->body});
        else
            hand_on(ScrapeFailed{id, scheduled, took, page.error().message});
    }

    template <class What> void hand_on(What what) {
        if (stopped) return;
        Event event;
        event.at = clock.now();
        event.what = std::move(what);
        deliver(event);
    }

    asio::any_io_executor executor;
    const net::Clock& clock;
    Deliver deliver;
    Log log;
    net::Connector connector;
    bool stopped = false;
    net::TaskGroup tasks; // Last, so that it goes first: its tasks use the rest.
};

Collector::Collector(asio::any_io_executor executor, const net::Clock& clock, Deliver deliver,
                     Log log, net::TlsOptions tls)
    : state_(std::make_unique<State>(executor, clock, std::move(deliver), std::move(log),
                                     std::move(tls))) {}
Collector::~Collector() = default;

void Collector::start(const std::vector<config::Target>& targets) {
    state_->stopped = false;
    for (std::size_t i = 0; i < targets.size(); ++i)
        state_->start(targets[i], static_cast<TargetId>(i));
}

void Collector::stop() {
    state_->stopped = true;
    state_->tasks.stop();
}

bool Collector::idle() const {
    return state_->tasks.empty();
}

} // namespace keepwatch::collect
