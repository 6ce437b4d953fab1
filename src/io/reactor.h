#pragma once

#include <sys/eventfd.h>

#include <atomic>
#include <cstddef>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include "base/check.h"

namespace hermes::io {

/// The sockets and timers of one worker, which one thread at a time runs. Boost.Asio is the reactor
/// (ADR 0004); `boost::asio::post(reactor.context(), …)` reaches it from any thread.
class Reactor {
 public:
  Reactor() : interrupts_(context_, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { await_interrupt(); }
  Reactor(const Reactor&) = delete;

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

  /// From any thread: a `wait` that is under way, or the next, ends. Who waits wakes to no lock
  /// that the caller still holds, as it would by `post`.
  void interrupt() {
    HERMES_CHECK(eventfd_write(interrupts_.native_handle(), 1) == 0, "an eventfd takes a one");
  }

 private:
  using Interrupts = boost::asio::posix::stream_descriptor;

  // There is always this to wait for, so that a context without anything else waits.
  void await_interrupt() {
    interrupts_.async_wait(Interrupts::wait_read, [this](const auto& error) {
      if (error) return;
      eventfd_t count = 0;
      eventfd_read(interrupts_.native_handle(), &count);
      await_interrupt();
    });
  }

  void note_thread() { runner_.store(std::this_thread::get_id(), std::memory_order_relaxed); }

  boost::asio::io_context context_{1};
  std::atomic<std::thread::id> runner_;  // Who last polled or waited.
  Interrupts interrupts_;
};

}  // namespace hermes::io
