#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/guarded.h"

namespace hermes::net {

/// How many connections each client has, by its address; one of IPv6 is known by the 64 bits of its
/// network. Thread-safe.
class ClientCounts {
 public:
  /// Counts one more; whether there are now at most `most`.
  bool add(std::string_view address, std::size_t most);

  /// One less.
  void remove(std::string_view address);

 private:
  Guarded<std::unordered_map<std::string, std::size_t>> counts_;
};

}  // namespace hermes::net
