#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "p2p/cid.h"

namespace hermes::p2p {

/// What a block takes of the room that there is: what is known of it, beside its bytes. Without
/// that, tiny ones would fill the disk and seem to take nothing.
constexpr std::uint64_t room_for(std::uint64_t block_bytes) {
  return block_bytes + 256;
}

/// Where blocks are read from.
class BlockSource {
 public:
  virtual ~BlockSource() = default;

  /// Puts the block in place of what is in `into`. NotFound for one that is not there; the caller
  /// may then look elsewhere.
  virtual Result<> read(const Cid& cid, std::string& into) = 0;
};

/// Where blocks are put.
class BlockSink {
 public:
  virtual ~BlockSink() = default;

  /// `cid` names the block, which the caller has made or checked.
  virtual Result<> put(const Cid& cid, std::string_view block) = 0;
};

}  // namespace hermes::p2p
