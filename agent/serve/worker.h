#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace keepwatch::serve {

// A thread that does one thing after another, so that the thread that serves HTTP need not wait for
// any of them.
class Worker {
public:
    using Job = std::function<void()>; // Must not throw.

    // The name is that of the thread, of at most 15 characters; it holds so many jobs that wait.
    Worker(const char* name, std::size_t queue_max);
    ~Worker(); // As stop().
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // False if the queue is full or the worker stops.
    bool submit(Job job);

    // Drops the jobs that have not begun and waits for the one that has.
    void stop();

private:
    void run();

    const std::size_t queue_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> queue_;
    bool stopping_ = false;
    std::thread thread_; // Last, because it uses the others.
};

} // namespace keepwatch::serve
