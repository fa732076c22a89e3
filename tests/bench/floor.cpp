#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/measure.h"

// floor PORT: the least that a scraper can do each second: receive the page and compare it with
// the last, line by line. Nothing is parsed or kept.
namespace {

constexpr std::string_view kRequest = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";

// The body is behind the head, which is at most this long.
std::string_view receive(int socket, std::vector<char>& buffer) {
    std::size_t size = 0;
    std::size_t end = 0;
    std::size_t start = 0;
    while (end == 0 || size < end) {
        if (buffer.size() - size < (1 << 20)) buffer.resize(buffer.size() * 2 + (1 << 21));
        const auto count = recv(socket, buffer.data() + size, buffer.size() - size, 0);
        if (count <= 0) std::exit(1);
        size += static_cast<std::size_t>(count);
        const std::string_view got(buffer.data(), size);
        if (end != 0 || got.find("\r\n\r\n") == got.npos) continue;
        start = got.find("\r\n\r\n") + 4;
        const auto length = got.find("Content-Length: ") + 16;
        end = start + std::strtoull(buffer.data() + length, nullptr, 10);
    }
    return {buffer.data() + start, end - start};
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const int to = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(to, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) return 1;
    std::vector<char> pages[2];
    std::string_view before;
    for (int turn = 0;; turn = 1 - turn) {
        if (send(to, kRequest.data(), kRequest.size(), 0) < 0) return 1;
        const auto now = receive(to, pages[turn]);
        std::printf("%zu lines changed\n", keepwatch::bench::changed_lines(before, now));
        before = now;
        sleep(1);
    }
}
