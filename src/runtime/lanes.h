#pragma once

// A lane is the queue of one source of one app. It exists while it holds something, and its events
// are done one at a time:
//
//   if (auto turn = lanes.enter(delivery)) run(turn);     // else its predecessors are not done
//   … when `turn` is done:
//   if (auto turn = lanes.leave(lane)) run(turn);         // else the lane is gone

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

#include "runtime/delivery.h"

namespace hermes::runtime {

/// Its name, and what waits in it.
struct Lane {
  const RunningApp* const app;
  const std::string extension;
  const std::string key;
  const std::size_t hash;
  mutable DeliveryQueue waiting = {};  // Behind the one that runs; no part of what the lane is.
};

/// The lanes of all apps. Thread-safe.
class Lanes {
 public:
  /// Returns the delivery if its turn has come, which it has at once where the source is unique;
  /// otherwise keeps it until then.
  std::unique_ptr<Delivery> enter(std::unique_ptr<Delivery> delivery);

  /// The event whose turn it was is done. Returns the next one of the lane.
  std::unique_ptr<Delivery> leave(const Lane& lane);

  /// How many lanes there are.
  std::size_t size() const;

 private:
  struct Name {
    const RunningApp* app;
    std::string_view extension;
    std::string_view key;
    std::size_t hash;

    bool operator==(const Name&) const = default;
  };
  static Name name(const Lane& lane) { return {lane.app, lane.extension, lane.key, lane.hash}; }
  static Name name(const Name& name) { return name; }

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const Lane& lane) const { return lane.hash; }
    std::size_t operator()(const Name& name) const { return name.hash; }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const { return name(a) == name(b); }
  };
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    std::unordered_set<Lane, Hash, Equal> lanes;
  };

  Shard& shard(std::size_t hash) { return shards_[hash % shards_.size()]; }

  // So many that the lanes of two workers seldom share one, which would hand its memory to and fro.
  // No power of two: the sets use the low bits.
  std::array<Shard, 1021> shards_;
};

}  // namespace hermes::runtime
