#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

namespace keepwatch::testing {

// A process of its own that listens on a port of the loopback and does nothing else.
class ListeningChild {
public:
    explicit ListeningChild(std::uint16_t port = 0) { // 0 takes a free one.
        int report[2];
        if (::pipe(report) != 0) throw std::runtime_error("no pipe for the child");
        id_ = ::fork();
        if (id_ == 0) listen_for_good(port, report[1]);
        ::close(report[1]);
        const auto count = ::read(report[0], &port_, sizeof port_);
        ::close(report[0]);
        if (id_ < 0 || count != sizeof port_) throw std::runtime_error("the child does not listen");
    }
    ~ListeningChild() {
        kill();
        bury();
    }
    ListeningChild(const ListeningChild&) = delete;
    ListeningChild& operator=(const ListeningChild&) = delete;

    void kill() const {
        if (id_ > 0) ::kill(id_, SIGKILL);
    }
    void bury() { // Until then the dead process keeps its id, as a zombie.
        if (id_ > 0) ::waitpid(id_, nullptr, 0);
        id_ = -1;
    }
    pid_t id() const { return id_; }
    std::uint16_t port() const { return port_; }

private:
    // Only what may be called between fork and exec in a program with threads.
    [[noreturn]] static void listen_for_good(std::uint16_t port, int report) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
        const int yes = 1;
        ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener, generic, size) != 0 || ::listen(listener, 16) != 0) ::_exit(1);
        ::getsockname(listener, generic, &size);
        port = ntohs(address.sin_port);
        if (::write(report, &port, sizeof port) != sizeof port) ::_exit(1);
        ::close(report);
        for (;;) ::pause();
    }

    pid_t id_ = -1;
    std::uint16_t port_ = 0;
};

} // namespace keepwatch::testing
