#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "net/no_throw.h"
#include "net/task_group.h"

// A receiver of webhooks that misbehaves as told, one step for each request.
class ScriptedReceiver {
public:
    enum class Manner {
        Answer, // With `text`, the status line and the headers after it.
        Hang,   // Takes the request and says nothing.
        Reset,  // Begins a long answer and resets the connection.
        Close,  // Takes the request and closes.
    };
    struct Step {
        Manner manner = Manner::Answer;
        std::string text = "200 OK";
    };
    struct Seen {
        std::string head;
        std::string body;
    };

    explicit ScriptedReceiver(boost::asio::io_context& io)
        : acceptor_(io, {boost::asio::ip::make_address("127.0.0.1"), 0}),
          tasks_(io.get_executor()) {
        tasks_.spawn("receiver", accept());
    }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    const std::vector<Seen>& seen() const { return seen_; }
    void then(Step step) { script_.push_back(std::move(step)); } // Afterwards: 200 OK.
    void on_request(std::function<void()> hook) { hook_ = std::move(hook); }
    void stop() { tasks_.stop(); }
    bool idle() const { return tasks_.empty(); }

private:
    using Socket = boost::asio::ip::tcp::socket;

    boost::asio::awaitable<void> accept() {
        for (;;) {
            auto [refused, socket] = co_await acceptor_.async_accept(keepwatch::net::kNoThrow);
            if (refused) co_return;
            tasks_.spawn("connection", serve(std::move(socket)));
        }
    }

    boost::asio::awaitable<void> serve(Socket socket) {
        using keepwatch::net::kNoThrow;
        std::string bytes;
        auto buffer = boost::asio::dynamic_buffer(bytes);
        const auto [no_head, head_size] =
            co_await boost::asio::async_read_until(socket, buffer, "\r\n\r\n", kNoThrow);
        if (no_head) co_return;
        Seen request;
        request.head = bytes.substr(0, head_size);
        request.body = bytes.substr(head_size);
        const auto missing = content_length(request.head) - request.body.size();
        std::string rest(missing, '\0');
        auto rest_buffer = boost::asio::buffer(rest);
        co_await boost::asio::async_read(socket, rest_buffer, kNoThrow);
        request.body += rest;
        seen_.push_back(std::move(request));
        const auto step = next_step();
        if (hook_) hook_();
        co_await play(step, std::move(socket));
    }

    boost::asio::awaitable<void> play(Step step, Socket socket) {
        using keepwatch::net::kNoThrow;
        std::string answer = "HTTP/1.1 " + step.text + "\r\nConnection: close\r\nContent-Length: ";
        switch (step.manner) {
        case Manner::Answer:
            answer += "2\r\n\r\nok";
            break;
        case Manner::Reset:
            answer += "1000\r\n\r\nbegun";
            break;
        case Manner::Close:
            co_return;
        case Manner::Hang: {
            auto buffer = boost::asio::buffer(answer);
            co_await boost::asio::async_read(socket, buffer, kNoThrow); // Until the peer leaves.
            co_return;
        }
        }
        auto buffer = boost::asio::buffer(answer);
        co_await boost::asio::async_write(socket, buffer, kNoThrow);
        if (step.manner == Manner::Reset) socket.set_option(Socket::linger(true, 0));
    }

    Step next_step() {
        if (script_.empty()) return {};
        auto step = std::move(script_.front());
        script_.pop_front();
        return step;
    }

    static std::size_t content_length(const std::string& head) {
        const auto at = head.find("Content-Length: ");
        return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
    }

    boost::asio::ip::tcp::acceptor acceptor_;
    keepwatch::net::TaskGroup tasks_;
    std::deque<Step> script_;
    std::vector<Seen> seen_;
    std::function<void()> hook_;
};
