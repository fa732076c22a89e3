#include "serve/server.h"

#include <exception>
#include <memory>
#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <pthread.h>

#include "net/http_server.h"
#include "serve/awaited.h"
#include "serve/envelope.h"
#include "serve/worker.h"

namespace keepwatch::serve {
namespace {

// More requests than there can be connections never wait.
constexpr std::size_t kWaitingMax = 100;

net::Response answer_whatever_happens(const Routes& routes, net::IncomingRequest request) {
    try { // An exception must not end the thread.
        return routes.answer(std::move(request));
    } catch (const std::exception& error) {
        return failure(500, "internal", error.what());
    }
}

} // namespace

struct Server::State {
    explicit State(Routes with_routes)
        : routes(std::move(with_routes)),
          http(io.get_executor(),
               net::HttpServer::PatientHandler(
                   [this](net::IncomingRequest request) { return answer(std::move(request)); })) {}

    asio::awaitable<net::Response> answer(net::IncomingRequest request) {
        const auto place = routes.place_of(request);
        if (place == Place::ServeThread)
            co_return answer_whatever_happens(routes, std::move(request));
        const auto awaited = std::make_shared<Awaited<net::Response>>();
        // A std::function must be copyable, and a request is large.
        const auto shared = std::make_shared<net::IncomingRequest>(std::move(request));
        auto job = [this, awaited, shared] {
            awaited->give(answer_whatever_happens(routes, std::move(*shared)));
        };
        auto& worker = place == Place::QueryThread ? queries : errands;
        if (!worker.submit(std::move(job)))
            co_return failure(503, "unavailable",
                              fmt::format("{} requests wait already", kWaitingMax));
        auto response = co_await Awaited<net::Response>::wait(awaited);
        if (!response) co_return net::Response(503);
        co_return *std::move(response);
    }

    void stop() {
        queries.stop();
        errands.stop();
        asio::post(io, [this] {
            http.stop();
            work.reset(); // What is left ends by itself, and then run() does.
        });
        thread.join();
    }

    Routes routes;
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    net::HttpServer http;
    std::uint16_t port = 0;
    std::thread thread;
    Worker queries{"queries", kWaitingMax};
    Worker errands{"errands", kWaitingMax};
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() {
    state_->stop();
}

Result<std::unique_ptr<Server>> Server::start(std::string_view address, Routes routes) {
    auto state = std::make_unique<State>(std::move(routes));
    KW_TRY(state->port, state->http.listen(address));
    state->thread = std::thread([&io = state->io] {
        pthread_setname_np(pthread_self(), "serve");
        io.run();
    });
    return std::unique_ptr<Server>(new Server(std::move(state)));
}

std::uint16_t Server::port() const {
    return state_->port;
}

} // namespace keepwatch::serve
