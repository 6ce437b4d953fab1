#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "p2p/libp2p_types.h"

namespace hermes::p2p {

/// Decides which records of IPNS the node stores for others: those that hold, and of each name
/// the one that counts. A value without locks.
class IpnsShelf {
 public:
  /// Names of which it knows the record that counts; of more, nothing is stored.
  static constexpr std::size_t kMost = 16'384;

  Verdict offer(std::string_view place, std::string_view record, UtcTime now);

 private:
  using Rank = std::pair<std::int64_t, UtcTime>;  // Sequence and expiry: what decides.

  bool has_room(UtcTime now);

  std::map<std::string, Rank, std::less<>> ranks_;
};

}  // namespace hermes::p2p
