#pragma once

// The blocks of which trees are made: named links to other blocks, and data.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "p2p/cid.h"

namespace hermes::p2p {

/// A link from a block to another.
struct DagLink {
  Cid cid;
  std::string_view name = {};
  std::uint64_t size = 0;  // Of the block and all below it, as its author says.

  bool operator==(const DagLink&) const = default;
};

/// A dag-pb block. Its views point into the block that it was read from, or at what it is made of.
struct DagNode {
  std::vector<DagLink> links = {};
  std::optional<std::string_view> data = std::nullopt;

  /// Of kLargestBlock bytes at most. Corrupt for what another encoder would not write, so that what
  /// is read is written the same.
  static Result<DagNode> decode(std::string_view block);

  std::string encode() const;

  bool operator==(const DagNode&) const = default;
};

/// What `encode` puts before the data of a node without links, which has so many bytes.
std::string before_data(std::size_t size);

/// The blocks that a block links to; none for one of a codec without links. Corrupt for a block
/// that is not of its codec.
Result<std::vector<Cid>> links_of(const Cid& cid, std::string_view block);

}  // namespace hermes::p2p
