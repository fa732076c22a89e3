#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "model/result.h"
#include "model/url.h"
#include "net/connection.h"
#include "net/egress.h"
#include "net/step.h"

namespace keepwatch::net {

// Opens connections. Names are looked up once for all who ask at the same time; a lookup that hangs
// holds up nobody but those who wait for that name. TLS is verified against the host's name, with
// certificates that are read anew when their files change.
class Connector {
public:
    explicit Connector(asio::any_io_executor executor, TlsOptions tls = {}, Egress egress = {});
    ~Connector();
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    // By https or, for any other scheme, plain TCP. Has no deadline of its own: see deadline.h.
    // `step` outlives the call.
    asio::awaitable<Result<Connection>> connect(Url url, Step& step);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace keepwatch::net
