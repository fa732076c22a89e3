#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "model/result.h"
#include "serve/routes.h"

namespace keepwatch::serve {

// Answers HTTP on threads of its own, so that neither a slow client nor a long answer ever delays a
// scrape or a page: one for the clients, and one each for the handlers that wait for the agent and
// for those that work for long. On each, one handler runs at a time.
class Server {
public:
    // Listens at `HOST:PORT`; port 0 takes a free one. The address is in the error.
    static Result<std::unique_ptr<Server>> start(std::string_view address, Routes routes);

    // Closes all connections and waits for the threads. Before, the Backend of the handlers must
    // have been told to close, so that none of them waits for it.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;

private:
    struct State;
    explicit Server(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace keepwatch::serve
