#pragma once

#include <chrono>
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
/// the one that counts. Of the node's own name it takes nothing: a peer that offers a record of
/// before would take it back. A value without locks.
class IpnsShelf {
 public:
  /// Names of which it knows the record that counts; of more, nothing is stored.
  static constexpr std::size_t kMost = 16'384;

  /// A name of which nothing has been heard for so long is forgotten, however long its record is
  /// valid; nobody stores that longer either.
  static constexpr std::chrono::hours kMemory{48};

  explicit IpnsShelf(std::string own_place) : own_place_(std::move(own_place)) {}

  Verdict offer(std::string_view place, std::string_view record, UtcTime now);

 private:
  using Rank = std::pair<std::int64_t, UtcTime>;  // Sequence and expiry: what decides.

  bool has_room(UtcTime now);

  struct Known {
    Rank rank;
    UtcTime until;
  };

  const std::string own_place_;
  std::map<std::string, Known, std::less<>> names_;  // By their places.
};

}  // namespace hermes::p2p
