#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <utility>

#include "net/outbound.h"

namespace hermes::wasi {

/// The engine's client of HTTP, as long as there is one. A request of wasi:http is sent, and given
/// up, by a thread that does not know whether the engine still runs. Thread-safe.
class Client {
 public:
  /// Has what must go before the client does.
  class Holder {
   public:
    virtual ~Holder() = default;
    virtual void let_go() = 0;
  };

  explicit Client(std::shared_ptr<net::Outbound> outbound) : outbound_(std::move(outbound)) {}

  /// Calls `f` with the client, which stays meanwhile; false if it is closed.
  template <typename F>
  bool with(F&& f) {
    std::shared_lock lock(mutex_);
    if (!outbound_) return false;
    std::forward<F>(f)(*outbound_);
    return true;
  }

  /// Within `with`: the holder is told to let go when the client is closed, unless it has left.
  void enter(Holder& holder) {
    std::lock_guard lock(holders_mutex_);
    holders_.insert(&holder);
  }
  void leave(Holder& holder) {
    std::lock_guard lock(holders_mutex_);
    holders_.erase(&holder);
  }

  /// When the engine stops. Waits for what `with` does.
  void close() {
    std::unique_lock lock(mutex_);
    outbound_.reset();
    for (auto* holder : std::exchange(holders_, {})) holder->let_go();
  }

 private:
  std::shared_mutex mutex_;
  std::shared_ptr<net::Outbound> outbound_;
  std::mutex holders_mutex_;  // Taken by those who share the other.
  std::set<Holder*> holders_;
};

}  // namespace hermes::wasi
