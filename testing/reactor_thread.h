#pragma once

#include <atomic>
#include <thread>

#include "io/reactor.h"

namespace hermes::testing {

/// A reactor and the thread that runs it, as a worker does.
class ReactorThread {
 public:
  ~ReactorThread() { join(); }

  io::Reactor& reactor() { return reactor_; }
  std::thread::id id() const { return thread_.get_id(); }

  /// Ends the thread; what it has not run by then never runs.
  void join() {
    if (!thread_.joinable()) return;
    is_over_ = true;
    reactor_.interrupt();
    thread_.join();
  }

 private:
  io::Reactor reactor_;
  std::atomic<bool> is_over_ = false;
  std::thread thread_{[this] {
    while (!is_over_) reactor_.wait();
  }};
};

}  // namespace hermes::testing
