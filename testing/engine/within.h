#pragma once

#include <chrono>
#include <future>
#include <stdexcept>

namespace hermes::testing {

/// Longer than anything takes that a test waits for, on a busy machine and under a sanitizer.
inline constexpr auto kPatience = std::chrono::seconds(60);

/// What the future will hold; throws, so that the test fails, where it does not come.
template <typename T>
T within_patience(std::future<T>& future) {
  if (future.wait_for(kPatience) != std::future_status::ready) {
    throw std::runtime_error("waited for something that does not come");
  }
  return future.get();
}
template <typename T>
T within_patience(std::future<T>&& future) {
  return within_patience(future);
}

}  // namespace hermes::testing
