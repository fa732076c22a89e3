#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "bench/jmx_page.h"

// page_server SIZE CHANGING TOPICS: serves a made-up page of a broker at /metrics on a free port of
// the loopback, which it prints; the page goes on after each time it was sent, not before it is
// asked for. /scrapes says how often that was.
using namespace keepwatch::bench;

namespace {

struct Client {
    int socket = -1;
    std::string request;
};

class PageServer {
public:
    explicit PageServer(JmxPage::Shape shape) : page_(shape) { page_.render(body_); }

    int open() {
        listener_ = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        if (bind(listener_, any, size) != 0 || listen(listener_, 16) != 0) return 0;
        getsockname(listener_, any, &size);
        return ntohs(address.sin_port);
    }

    void serve() {
        for (;;) {
            std::vector<pollfd> waiting{{listener_, POLLIN, 0}};
            for (const auto& client : clients_) waiting.push_back({client.socket, POLLIN, 0});
            if (poll(waiting.data(), waiting.size(), -1) < 0) continue;
            for (std::size_t i = 1; i < waiting.size(); ++i)
                if (waiting[i].revents != 0) receive(clients_[i - 1]);
            std::erase_if(clients_, [](const Client& client) { return client.socket < 0; });
            if (waiting[0].revents != 0)
                clients_.push_back({accept(listener_, nullptr, nullptr), {}});
        }
    }

private:
    void receive(Client& client) {
        char buffer[4096];
        const auto count = recv(client.socket, buffer, sizeof(buffer), 0);
        if (count <= 0) {
            close(client.socket);
            client.socket = -1;
            return;
        }
        client.request.append(buffer, static_cast<std::size_t>(count));
        if (client.request.find("\r\n\r\n") == std::string::npos) return;
        const bool page = client.request.starts_with("GET /metrics");
        client.request.clear();
        if (!page) {
            (void)send_all(client.socket, std::to_string(scrapes_));
            return;
        }
        // A client that gave up meanwhile has not scraped.
        if (send_all(client.socket, body_)) ++scrapes_;
        page_.step();
        page_.render(body_);
    }

    static bool send_all(int socket, std::string_view body) {
        const auto head = fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; "
                                      "charset=utf-8\r\nContent-Length: {}\r\n\r\n",
                                      body.size());
        for (auto part : {std::string_view(head), body})
            while (!part.empty()) {
                const auto sent = send(socket, part.data(), part.size(), MSG_NOSIGNAL);
                if (sent <= 0) return false;
                part.remove_prefix(static_cast<std::size_t>(sent));
            }
        return true;
    }

    JmxPage page_;
    std::string body_;
    std::size_t scrapes_ = 0;
    int listener_ = -1;
    std::vector<Client> clients_;
};

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const JmxPage::Shape shape{JmxPage::partitions_of(argv[1]), std::atof(argv[2]),
                               static_cast<std::size_t>(std::atoi(argv[3]))};
    PageServer server(shape);
    const int port = server.open();
    std::printf("%d\n", port);
    std::fflush(stdout);
    if (port != 0) server.serve();
    return 1;
}
