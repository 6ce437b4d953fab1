#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/guarded.h"
#include "base/result.h"
#include "p2p/blocks.h"

namespace hermes::p2p {

/// The blocks that were read last, for who reads a little of each again and again. Thread-safe.
class BlockCache {
 public:
  using Block = std::shared_ptr<const std::string>;

  /// The source outlives it. It keeps `most_bytes` at most, beside what callers hold.
  BlockCache(BlockSource& blocks, std::size_t most_bytes)
      : blocks_(blocks), most_bytes_(most_bytes) {}

  /// Fails where the source does.
  Result<Block> read(const Cid& cid);

 private:
  using Newest = std::list<std::pair<std::string, Block>>;
  struct State {
    Newest newest = {};  // First.
    std::unordered_map<std::string, Newest::iterator> by_multihash = {};
    std::size_t bytes = 0;
  };

  BlockSource& blocks_;
  const std::size_t most_bytes_;
  Guarded<State> state_;
};

}  // namespace hermes::p2p
