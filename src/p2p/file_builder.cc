#include "p2p/file_builder.h"

#include <algorithm>
#include <utility>

#include "p2p/dag_pb.h"
#include "p2p/unixfs.h"

namespace hermes::p2p {

// A leaf of version 0 is a dag-pb node without links, of UnixFS; one of version 1 the bytes alone.
LeafFrame frame_of_leaf(std::size_t size, const FileLayout& layout) {
  if (layout.cid_version > 0) return {};
  auto [before, behind] = around_data(size);
  return {before_data(before.size() + size + behind.size()) + before, std::move(behind)};
}

Leaf leaf_of(std::string_view block, std::uint64_t size, const FileLayout& layout) {
  const auto codec = layout.cid_version > 0 ? kRaw : kDagPb;
  return {Cid::of(block, codec, layout.cid_version), block, size};
}

Result<> FileBuilder::add(std::string_view bytes) {
  while (!bytes.empty()) {
    // What makes a whole leaf need not be gathered first.
    if (chunk_.empty() && bytes.size() >= layout_.chunk) {
      TRY(add_chunk(bytes.substr(0, layout_.chunk)));
      bytes.remove_prefix(layout_.chunk);
      continue;
    }
    const auto taken = std::min(bytes.size(), layout_.chunk - chunk_.size());
    chunk_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (chunk_.size() < layout_.chunk) continue;
    TRY(add_chunk(chunk_));
    chunk_.clear();
  }
  return {};
}

Result<BuiltTree> FileBuilder::finish() {
  if (!chunk_.empty() || levels_.empty()) TRY(add_chunk(chunk_));
  for (std::size_t level = 0;; ++level) {
    auto children = std::exchange(levels_[level], {});
    const bool is_top = level + 1 == levels_.size();
    if (is_top && children.size() == 1) return std::move(children.front());
    if (!children.empty()) TRY(add_child(level + 1, TRY(make_node(children))));
  }
}

Result<> FileBuilder::add_chunk(std::string_view chunk) {
  const auto [head, tail] = frame_of_leaf(chunk.size(), layout_);
  std::string block;
  block.reserve(head.size() + chunk.size() + tail.size());
  block.append(head).append(chunk).append(tail);
  return add(leaf_of(block, chunk.size(), layout_));
}

Result<> FileBuilder::add(const Leaf& leaf) {
  TRY(sink_.put(leaf.cid, leaf.block));
  return add_child(0, {leaf.cid, leaf.size, leaf.block.size()});
}

Result<> FileBuilder::add_child(std::size_t level, BuiltTree child) {
  if (level == levels_.size()) levels_.emplace_back();
  // A full node is made when one more comes, so that the last one of a level may be the root.
  if (levels_[level].size() == layout_.links) {
    const auto full = std::exchange(levels_[level], {});
    TRY(add_child(level + 1, TRY(make_node(full))));
  }
  levels_[level].push_back(std::move(child));
  return {};
}

Result<BuiltTree> FileBuilder::make_node(const std::vector<BuiltTree>& children) {
  UnixFs file{.type = UnixFs::Type::File, .file_size = 0};
  DagNode node;
  std::uint64_t total = 0;
  for (const auto& child : children) {
    node.links.push_back({child.cid, "", child.total});
    file.block_sizes.push_back(child.size);
    *file.file_size += child.size;
    total += child.total;
  }
  const auto data = file.encode();
  node.data = data;
  const auto block = node.encode();
  auto cid = Cid::of(block, kDagPb, layout_.cid_version);
  TRY(sink_.put(cid, block));
  return BuiltTree{std::move(cid), *file.file_size, total + block.size()};
}

}  // namespace hermes::p2p
