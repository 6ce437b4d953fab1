#pragma once

#include <map>
#include <string>
#include <string_view>

#include "p2p/blocks.h"

namespace hermes::p2p {

/// Blocks in memory, for tests.
class MemoryBlocks final : public BlockSource, public BlockSink {
 public:
  Result<> read(const Cid& cid, std::string& into) override {
    const auto found = blocks.find(cid.multihash());
    if (found == blocks.end()) return Error(Code::NotFound, "no such block: " + cid.text());
    into = found->second;
    return {};
  }

  Result<> put(const Cid& cid, std::string_view block) override {
    blocks.insert_or_assign(cid.multihash(), std::string(block));
    return {};
  }

  std::map<std::string, std::string> blocks;  // By their multihashes.
};

}  // namespace hermes::p2p
