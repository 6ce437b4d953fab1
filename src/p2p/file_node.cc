#include "p2p/file_node.h"

#include <utility>

#include "base/strings.h"
#include "p2p/unixfs.h"

namespace hermes::p2p {
namespace {

Error corrupt(const Cid& cid, std::string_view why) {
  return {Code::Corrupt, concat(cid.text(), ": ", why)};
}

Error no_file(const Cid& cid, std::string_view why) {
  return {Code::InvalidArgument, concat(cid.text(), " is ", why)};
}

}  // namespace

Result<FileNode> FileNode::decode(const Cid& cid, std::string_view block) {
  if (cid.codec() == kRaw) return FileNode{block, {}, {}, block.size()};
  if (cid.codec() != kDagPb) return no_file(cid, "no file: its codec is not known");
  auto node = TRY(DagNode::decode(block).context(cid.text()));
  if (!node.data) return no_file(cid, "no file");
  auto content = TRY(UnixFs::decode(*node.data).context(cid.text()));
  if (content.type == UnixFs::Type::Symlink) return no_file(cid, "a symbolic link");
  if (content.type != UnixFs::Type::File && content.type != UnixFs::Type::Raw) {
    return no_file(cid, "a directory");
  }
  if (content.block_sizes.size() != node.links.size()) {
    return corrupt(cid, "it does not say how large its parts are");
  }
  const auto data = content.data.value_or("");
  std::uint64_t size = data.size();
  for (const auto part : content.block_sizes) {
    if (__builtin_add_overflow(size, part, &size)) return corrupt(cid, "its size is nonsense");
  }
  if (content.file_size.value_or(size) != size)
    return corrupt(cid, "its size is not that of its parts");
  return FileNode{data, std::move(node.links), std::move(content.block_sizes), size};
}

Result<> FileNode::check_child(const Cid& cid, std::uint64_t expected) const {
  if (size != expected) return corrupt(cid, "its size is not what its parent says");
  if (size == 0 && !children.empty()) return corrupt(cid, "it holds nothing");
  return {};
}

}  // namespace hermes::p2p
