#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "p2p/cid.h"
#include "p2p/dag_pb.h"

namespace hermes::p2p {

/// How deep the trees of files may be; a file of 256 TiB is 6 deep.
inline constexpr std::size_t kDeepestFile = 16;

/// A node of a file, as its block says, into which the views point.
struct FileNode {
  std::string_view data;  // Comes before what its children hold.
  std::vector<DagLink> children;
  std::vector<std::uint64_t> sizes;  // Of what they hold.
  std::uint64_t size;                // Of all of it.

  /// InvalidArgument for what is no file, Corrupt where its sizes are nonsense.
  static Result<FileNode> decode(const Cid& cid, std::string_view block);

  /// Of a node that another names as its child, with so many bytes: Corrupt where it is not that,
  /// or is a tree that would be read for ever and say nothing.
  Result<> check_child(const Cid& cid, std::uint64_t expected) const;
};

}  // namespace hermes::p2p
