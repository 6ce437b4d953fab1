#pragma once

// A lane is the queue of one source of one app. It exists while it holds something, and its events
// are done one at a time:
//
//   if (auto turn = lanes.enter(delivery)) run(turn);     // else its predecessors are not done
//   … when `turn` is done:
//   if (auto turn = lanes.leave(key)) run(turn);          // else the lane is gone

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "runtime/delivery.h"

namespace hermes::runtime {

/// The lanes of all apps. Thread-safe.
class Lanes {
 public:
  /// Returns the delivery if its turn has come, which it has at once where the source is unique;
  /// otherwise keeps it until then.
  std::unique_ptr<Delivery> enter(std::unique_ptr<Delivery> delivery);

  /// The event whose turn it was is done. Returns the next one of the lane.
  std::unique_ptr<Delivery> leave(const LaneKey& lane);

  /// How many lanes there are.
  std::size_t size() const;

 private:
  struct View {
    const RunningApp* app;
    std::string_view extension;
    std::string_view key;
    std::size_t hash;

    bool operator==(const View&) const = default;
  };
  static View view(const LaneKey& key) { return {key.app, key.extension, key.key, key.hash}; }
  static View view(const View& view) { return view; }

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const auto& key) const { return key.hash; }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const { return view(a) == view(b); }
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<LaneKey, DeliveryQueue, Hash, Equal> waiting;  // Behind the one that runs.
  };

  Shard& shard(std::size_t hash) { return shards_[hash % shards_.size()]; }

  std::array<Shard, 61> shards_;  // No power of two: the maps use the low bits.
};

}  // namespace hermes::runtime
