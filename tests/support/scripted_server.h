#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace keepwatch::testing {

// One client of a ScriptedServer, as the script sees it. Everything blocks, and gives up when the
// client leaves or the server ends.
class Peer {
public:
    explicit Peer(int socket) : socket_(socket) {}

    // Up to `end`; "" if the client left before.
    std::string read_until(std::string_view end) {
        for (;;) {
            const auto at = unread_.find(end);
            if (at != std::string::npos) return take(at + end.size());
            if (!read_more()) return {};
        }
    }
    std::string read_head() { return read_until("\r\n\r\n"); }
    std::string read_bytes(std::size_t count) {
        while (unread_.size() < count)
            if (!read_more()) return {};
        return take(count);
    }
    void wait_until_it_leaves() {
        while (read_more()) unread_.clear();
    }
    bool send(std::string_view bytes) const { // False once the client is gone.
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    // Lets a slow server be slow; ends early when the client says or does something.
    void dawdle(int milliseconds) const {
        pollfd watched{socket_, POLLIN, 0};
        ::poll(&watched, 1, milliseconds);
    }
    void reset_on_close() const {
        const linger at_once{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    int socket() const { return socket_; }

private:
    bool read_more() {
        char bytes[4096];
        const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
        if (count <= 0) return false;
        unread_.append(bytes, static_cast<std::size_t>(count));
        return true;
    }
    std::string take(std::size_t count) {
        auto taken = unread_.substr(0, count);
        unread_.erase(0, count);
        return taken;
    }

    int socket_;
    std::string unread_;
};

// A server on a free port of the loopback that does to each client what the script says, in a
// thread per client, with nothing of the code under test in it.
class ScriptedServer {
public:
    using Script = std::function<void(Peer&)>;

    explicit ScriptedServer(Script script) : script_(std::move(script)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 16) != 0) std::abort();
        ::getsockname(listener_, generic, &size);
        port_ = ntohs(address.sin_port);
        accepting_ = std::thread([this] { accept_all(); });
    }
    ~ScriptedServer() {
        ::shutdown(listener_, SHUT_RDWR);
        accepting_.join();
        {
            const std::lock_guard lock(mutex_);
            for (const auto& client : clients_) ::shutdown(client.socket, SHUT_RDWR);
        }
        for (auto& client : clients_) {
            client.thread.join();
            ::close(client.socket);
        }
        ::close(listener_);
    }
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    std::uint16_t port() const { return port_; }
    std::string url(const std::string& path = "/") const {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }
    int connections() const { return connections_; }

private:
    struct Client {
        int socket = -1;
        std::thread thread;
    };
    void accept_all() {
        for (;;) {
            const int socket = ::accept(listener_, nullptr, nullptr);
            if (socket < 0) return;
            ++connections_;
            const std::lock_guard lock(mutex_);
            auto& client = clients_.emplace_back();
            client.socket = socket;
            client.thread = std::thread([this, socket] {
                Peer peer(socket);
                script_(peer);
                ::shutdown(socket, SHUT_WR); // Closed at the end, lest its number be reused.
                peer.wait_until_it_leaves();
                ::shutdown(socket, SHUT_RDWR);
            });
        }
    }

    Script script_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_ = 0;
    std::mutex mutex_;
    std::list<Client> clients_;
    std::thread accepting_;
};

// A port on which nobody listens.
inline std::uint16_t unused_port() {
    return ScriptedServer([](Peer&) {}).port();
}

} // namespace keepwatch::testing
