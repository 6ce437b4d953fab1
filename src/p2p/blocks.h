#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "p2p/cid.h"

namespace hermes::p2p {

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
