#include "serve/server.h"

#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <pthread.h>

#include "net/http_server.h"

namespace keepwatch::serve {

namespace asio = boost::asio;

struct Server::State {
    explicit State(Routes with_routes)
        : routes(std::move(with_routes)),
          http(io.get_executor(), [this](const auto& request) { return routes.answer(request); }) {}

    void stop() {
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
