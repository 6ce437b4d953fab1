#include "p2p/file_builder.h"

#include <algorithm>
#include <utility>

#include "p2p/dag_pb.h"
#include "p2p/unixfs.h"

namespace hermes::p2p {
namespace {

// A leaf of version 0: a dag-pb node without links, of UnixFS.
std::string encode_leaf(std::string_view chunk) {
  UnixFs file{.type = UnixFs::Type::File, .file_size = chunk.size()};
  if (!chunk.empty()) file.data = chunk;
  const auto data = file.encode();
  return DagNode{{}, data}.encode();
}

}  // namespace

Leaf make_leaf(std::string_view chunk, const FileLayout& layout) {
  const bool is_raw = layout.cid_version > 0;
  auto block = is_raw ? std::string(chunk) : encode_leaf(chunk);
  auto cid = Cid::of(block, is_raw ? kRaw : kDagPb, layout.cid_version);
  return {std::move(cid), std::move(block), chunk.size()};
}

Result<> FileBuilder::add(std::string_view bytes) {
  while (!bytes.empty()) {
    // What makes a whole leaf need not be gathered first.
    if (chunk_.empty() && bytes.size() >= layout_.chunk) {
      TRY(add(make_leaf(bytes.substr(0, layout_.chunk), layout_)));
      bytes.remove_prefix(layout_.chunk);
      continue;
    }
    const auto taken = std::min(bytes.size(), layout_.chunk - chunk_.size());
    chunk_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (chunk_.size() < layout_.chunk) continue;
    TRY(add(make_leaf(chunk_, layout_)));
    chunk_.clear();
  }
  return {};
}

Result<BuiltTree> FileBuilder::finish() {
  if (!chunk_.empty() || levels_.empty()) TRY(add(make_leaf(chunk_, layout_)));
  for (std::size_t level = 0;; ++level) {
    auto children = std::exchange(levels_[level], {});
    const bool is_top = level + 1 == levels_.size();
    if (is_top && children.size() == 1) return std::move(children.front());
    if (!children.empty()) TRY(add_child(level + 1, TRY(make_node(children))));
  }
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
