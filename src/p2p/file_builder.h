#pragma once

// Cuts the bytes of a file into blocks, as other nodes do, so that the same bytes have the same
// CID:
//
//            root            up to 174 links in a node
//        ┌────┴─────┐
//     node          node     all leaves are equally deep; only the last node of a level is not full
//   ┌──┴──┐        ┌──┘
//  leaf  leaf …   leaf       256 KiB each

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "p2p/blocks.h"
#include "p2p/cid.h"

namespace hermes::p2p {

/// How a file is laid out. The default is that of `ipfs add`; version 1 that of
/// `ipfs add --cid-version=1`, whose leaves are the bytes themselves.
struct FileLayout {
  int cid_version = 0;
  std::size_t chunk = std::size_t{256} << 10U;  // Of a leaf, in bytes.
  std::size_t links = 174;                      // Of a node.
};

/// A tree that was put into a sink.
struct BuiltTree {
  Cid cid;
  std::uint64_t size;   // Of the content.
  std::uint64_t total;  // Of all its blocks: what a link to it says.
};

/// What its block has around the bytes of a leaf: of so many, the same.
struct LeafFrame {
  static constexpr std::size_t kLongest = 32;  // Of each.

  std::string head;
  std::string tail;
};
LeafFrame frame_of_leaf(std::size_t size, const FileLayout& layout);

/// A leaf, as it is put.
struct Leaf {
  Cid cid;
  std::string_view block;
  std::uint64_t size;  // Of the content.
};

/// Of a block that has bytes in their frame. It only computes, so that leaves can be made on
/// several threads.
Leaf leaf_of(std::string_view block, std::uint64_t size, const FileLayout& layout);

/// Builds the tree of one file while its bytes come, keeping one leaf and a path of nodes in
/// memory.
class FileBuilder {
 public:
  /// The sink outlives the builder.
  explicit FileBuilder(BlockSink& sink, FileLayout layout = {}) : sink_(sink), layout_(layout) {}

  /// The next bytes of the file, as many as there are.
  Result<> add(std::string_view bytes);

  /// The next leaf, in place of its bytes, where these begin a chunk. All but the last leaf of a
  /// file are of whole chunks.
  Result<> add(const Leaf& leaf);

  /// Once, at the end of the file.
  Result<BuiltTree> finish();

 private:
  Result<> add_chunk(std::string_view chunk);
  Result<> add_child(std::size_t level, BuiltTree child);
  Result<BuiltTree> make_node(const std::vector<BuiltTree>& children);

  BlockSink& sink_;
  const FileLayout layout_;
  std::string chunk_;                           // That is not full yet.
  std::vector<std::vector<BuiltTree>> levels_;  // Children that have no node yet, leaves first.
};

}  // namespace hermes::p2p
