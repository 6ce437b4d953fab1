#pragma once

#include <atomic>
#include <cstddef>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace hermes::io {

/// The sockets and timers of one worker, which one thread at a time runs. Boost.Asio is the reactor
/// (ADR 0004); `boost::asio::post(reactor.context(), …)` reaches it from any thread.
class Reactor {
 public:
  boost::asio::io_context& context() { return context_; }

  /// Runs handlers that are ready, `most` of them at most; returns how many. Never waits.
  std::size_t poll(std::size_t most) {
    note_thread();
    std::size_t count = 0;
    while (count < most && context_.poll_one() != 0) ++count;
    return count;
  }

  /// Waits until a handler is ready, and runs it.
  void wait() {
    note_thread();
    context_.run_one();
  }

  /// Whether the calling thread is the one that runs it now, so that its sockets may be touched.
  bool runs_here() {
    return runner_.load(std::memory_order_relaxed) == std::this_thread::get_id() ||
           context_.get_executor().running_in_this_thread();
  }

  /// The calling thread, which runs it, lets another run it in the meantime; or runs it again.
  void step_aside() { runner_.store({}, std::memory_order_relaxed); }
  void step_in() { note_thread(); }

  /// From any thread: a `wait` that is under way, or the next, ends.
  void interrupt() {
    boost::asio::post(context_, [] {});
  }

 private:
  void note_thread() { runner_.store(std::this_thread::get_id(), std::memory_order_relaxed); }

  boost::asio::io_context context_{1};
  std::atomic<std::thread::id> runner_;  // Who last polled or waited.
  // Without it, a context with nothing to wait for would not wait.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stays_open_{
      context_.get_executor()};
};

}  // namespace hermes::io
