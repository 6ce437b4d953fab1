#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/guarded.h"
#include "base/time.h"

namespace hermes::http_gateway {

/// So many requests per second of each of many keys, with as many at once after a pause.
/// Thread-safe.
class RateLimit {
 public:
  /// 0: any number.
  explicit RateLimit(std::size_t per_second) : per_second_(per_second) {}

  bool is_on() const { return per_second_ != 0; }

  /// nullopt: the request may pass, and counts. Else when to try again.
  std::optional<std::chrono::nanoseconds> admit(std::string_view key, MonotonicTime now);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  // When all that a key has asked for is paid off; before `now`, it is as one that never asked.
  using Debts = std::unordered_map<std::string, MonotonicTime, Hash, std::equal_to<>>;

  const std::size_t per_second_;
  Guarded<Debts> debts_;
};

/// What is limited as one client: an IPv4 address, or the network of an IPv6 address, of which a
/// client has as many as it likes.
std::string client_key(std::string_view address);

}  // namespace hermes::http_gateway
