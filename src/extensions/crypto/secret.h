#pragma once

#include <string.h>

#include <concepts>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace hermes::crypto {

inline void wipe(std::string& text) {
  explicit_bzero(text.data(), text.capacity());
}

inline void wipe(std::vector<std::string>& words) {
  for (auto& word : words) wipe(word);
}

template <typename T>
  requires std::is_trivially_copyable_v<T>
void wipe(T& bytes) {
  explicit_bzero(&bytes, sizeof bytes);
}

/// A value that is overwritten when it goes.
template <typename T>
class Secret {
 public:
  explicit Secret(T value = {}) : value_(std::move(value)) {}
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(value_); }

  T& operator*() { return value_; }
  T* operator->() { return &value_; }

 private:
  T value_;
};

}  // namespace hermes::crypto
