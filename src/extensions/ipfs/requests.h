#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "base/result.h"
#include "base/unique_function.h"

namespace hermes::ipfs {

/// What was asked of the node and has not ended. Thread-safe.
class Requests {
 public:
  ~Requests() { end(); }

  /// Ends all, and waits for that: nothing is called back afterwards, and nothing more begins. Not
  /// within a callback.
  void end() {
    std::unique_lock lock(mutex_);
    is_ending_ = true;
    const auto open = open_;
    lock.unlock();
    for (const auto& [id, cancel] : open) {
      if (cancel) cancel();
    }
    lock.lock();
    ended_.wait(lock, [&] { return open_.empty(); });
  }

  /// `begin(then)` begins a request that calls `then` once, and returns it; after `end`, `then` is
  /// called in its place, with Stopping. What this returns cancels the request; it may be called at
  /// any time, and never waits.
  template <typename T, typename Begin>
  std::function<void()> run(Begin begin, UniqueFunction<void(Result<T>)> then) {
    const auto id = enter();
    if (id == 0) {
      then(Error(Code::Stopping, "the engine stops"));
      return [] {};
    }
    auto request = begin(UniqueFunction<void(Result<T>)>(
        [this, id, then = std::move(then)](Result<T> result) mutable {
          then(std::move(result));
          then = nullptr;
          leave(id);
        }));
    std::function<void()> cancel = [request = std::move(request)] { request.cancel(); };
    note(id, cancel);
    return cancel;
  }

 private:
  std::uint64_t enter() {
    const std::lock_guard lock(mutex_);
    if (is_ending_) return 0;
    open_.emplace(++last_, nullptr);
    return last_;
  }
  void note(std::uint64_t id, const std::function<void()>& cancel) {
    std::unique_lock lock(mutex_);
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    found->second = cancel;
    const bool is_late = is_ending_;
    lock.unlock();
    if (is_late) cancel();
  }
  void leave(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    open_.erase(id);
    ended_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable ended_;
  std::uint64_t last_ = 0;
  bool is_ending_ = false;
  std::map<std::uint64_t, std::function<void()>>
      open_;  // How each is cancelled, once that is known.
};

}  // namespace hermes::ipfs
