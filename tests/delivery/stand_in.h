#pragma once

#include <array>
#include <optional>
#include <random>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "delivery/oracle.h"
#include "delivery/virtual_clock.h"
#include "net/http_client.h"
#include "net/no_throw.h"
#include "support/frail_disk.h"

namespace keepwatch::delivery {

// How receivers behave; out of one.
struct Faults {
    double late = 0;     // 429, 500, 503, 408, with and without Retry-After.
    double broken = 0;   // The connection fails before anything was taken.
    double unheard = 0;  // Taken, and the answer is lost.
    bool outage = false; // Nobody answers.
};

// Stands in for the network and the receivers behind it. Taking a message and answering are steps
// at which the power may go, as those of the disk are; without power nothing happens any more.
class StandIn : public net::HttpClient {
public:
    StandIn(boost::asio::any_io_executor executor, const VirtualClock& clock,
            testing::FrailDisk& disk, Oracle& oracle, std::minstd_rand& random,
            const Faults& faults)
        : HttpClient(executor, clock),
          never_(executor, boost::asio::steady_timer::time_point::max()), disk_(disk),
          oracle_(oracle), random_(random), faults_(faults) {}

    boost::asio::awaitable<Result<net::Response>> send(net::Request request) override {
        auto answer = take(request);
        if (answer) co_return *std::move(answer);
        co_await never_.async_wait(net::kNoThrow); // Until the agent is torn down.
        co_return Error{ErrorKind::Cancelled, "cancelled"};
    }

    std::size_t requests() const { return requests_; }

private:
    // Nothing: there is no power to answer.
    std::optional<Result<net::Response>> take(const net::Request& request) {
        if (!disk_.step_elsewhere()) return std::nullopt;
        ++requests_;
        if (faults_.outage || chance(faults_.broken))
            return Error{ErrorKind::Unavailable, "connect: Connection refused"};
        if (chance(faults_.late)) return late();
        const bool heard = !chance(faults_.unheard);
        const bool alive = disk_.step_elsewhere();
        const std::string message(request.headers.get("Idempotency-Key"));
        // A crash before the answer is no lost answer: it is what the crash may cost.
        oracle_.accepted(request.url.host, message, heard || !alive);
        if (!alive) return std::nullopt;
        if (!heard) return Error{ErrorKind::Timeout, "read: timeout after 10s"};
        return net::Response(200);
    }

    net::Response late() {
        constexpr std::array<unsigned, 4> kStatuses = {429, 500, 503, 408};
        net::Response response(kStatuses[random_() % kStatuses.size()]);
        if (chance(0.5)) response.headers.add("Retry-After", std::to_string(random_() % 60));
        return response;
    }

    bool chance(double part) { return std::uniform_real_distribution<>()(random_) < part; }

    boost::asio::steady_timer never_;
    testing::FrailDisk& disk_;
    Oracle& oracle_;
    std::minstd_rand& random_;
    const Faults& faults_;
    std::size_t requests_ = 0;
};

} // namespace keepwatch::delivery
