#pragma once

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "net/outbound.h"

namespace hermes::wasi {

/// The engine's client of HTTP, as long as there is one. A request of wasi:http is sent, and given
/// up, by a thread that does not know whether the engine still runs. Thread-safe.
class Client {
 public:
  explicit Client(std::shared_ptr<net::Outbound> outbound) : outbound_(std::move(outbound)) {}

  /// Calls `f` with the client, which stays meanwhile; false if it is closed.
  template <typename F>
  bool with(F&& f) {
    std::shared_lock lock(mutex_);
    if (!outbound_) return false;
    std::forward<F>(f)(*outbound_);
    return true;
  }

  /// When the engine stops. Waits for what `with` does.
  void close() {
    std::unique_lock lock(mutex_);
    outbound_.reset();
  }

 private:
  std::shared_mutex mutex_;
  std::shared_ptr<net::Outbound> outbound_;
};

}  // namespace hermes::wasi
