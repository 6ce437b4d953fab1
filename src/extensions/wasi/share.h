#pragma once

#include <atomic>
#include <cstddef>

namespace hermes::wasi {

/// How much of something is taken, of so much as there may be. Thread-safe.
class Share {
 public:
  explicit Share(std::size_t most) : most_(most) {}

  /// Takes one; false if there is no more.
  bool take() {
    if (taken_.fetch_add(1, std::memory_order_relaxed) < most_) return true;
    give_back();
    return false;
  }
  void give_back() { taken_.fetch_sub(1, std::memory_order_relaxed); }

 private:
  const std::size_t most_;
  std::atomic<std::size_t> taken_{0};
};

}  // namespace hermes::wasi
