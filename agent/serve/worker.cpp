#include "serve/worker.h"

#include <utility>

#include <pthread.h>

namespace keepwatch::serve {

Worker::Worker(const char* name, std::size_t queue_max)
    : queue_max_(queue_max), thread_([this, name] {
          pthread_setname_np(pthread_self(), name);
          run();
      }) {}

Worker::~Worker() {
    stop();
}

bool Worker::submit(Job job) {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= queue_max_) return false;
    queue_.push_back(std::move(job));
    changed_.notify_one();
    return true;
}

void Worker::stop() {
    std::deque<Job> dropped; // Destroyed without the lock: a job may own anything.
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        dropped.swap(queue_);
        changed_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void Worker::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (stopping_) return;
        const auto job = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

} // namespace keepwatch::serve
