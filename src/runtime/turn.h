#pragma once

#include <condition_variable>
#include <mutex>

namespace hermes::runtime {

/// What a thread waits for that is to drive a worker on. It may be gone when `give` returns.
class Turn {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return given_; });
  }

  void give() {
    const std::lock_guard lock(mutex_);
    given_ = true;
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool given_ = false;
};

}  // namespace hermes::runtime
