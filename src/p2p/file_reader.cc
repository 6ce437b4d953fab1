#include "p2p/file_reader.h"

#include <array>

#include "base/strings.h"
#include "p2p/file_node.h"
#include "p2p/yield.h"

namespace hermes::p2p {
namespace {

class Reader {
 public:
  Reader(BlockSource& blocks, const std::function<Result<>(std::string_view)>& take)
      : blocks_(blocks), take_(take) {}

  // `size` is what the node above says, or the limit for the root.
  Result<> read(const Cid& cid, std::size_t depth, std::uint64_t size, bool is_root) {
    if (depth == kDeepestFile) {
      return Error(Code::Corrupt, concat(cid.text(), ": the file is too deep"));
    }
    if (cid.codec() != kRaw && cid.codec() != kDagPb) {
      return Error(Code::InvalidArgument,
                   concat(cid.text(), " is no file: its codec is not known"));
    }
    auto& block = buffers_[depth];
    if (cid.inlined()) {
      block = *cid.inlined();
    } else {
      TRY(blocks_.read(cid, block));
    }
    const auto node = TRY(FileNode::decode(cid, block));
    if (is_root && node.size > size) {
      return Error(Code::LimitReached,
                   concat("the file has ", node.size, " bytes; no more than ", size, " are read"));
    }
    if (!is_root) TRY(node.check_child(cid, size));
    if (!yield_.add(node.data.size())) {
      return Error(Code::Corrupt, concat(cid.text(), ": it is of a tree that holds nothing"));
    }
    if (!node.data.empty()) TRY(take_(node.data));
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      TRY(read(node.children[i].cid, depth + 1, node.sizes[i], false));
    }
    return {};
  }

 private:
  BlockSource& blocks_;
  const std::function<Result<>(std::string_view)>& take_;
  Yield yield_;
  std::array<std::string, kDeepestFile> buffers_;  // One for each level, used again and again.
};

}  // namespace

Result<> read_file(BlockSource& blocks, const Cid& root, std::uint64_t limit,
                   const std::function<Result<>(std::string_view)>& take) {
  return Reader(blocks, take).read(root, 0, limit, true);
}

Result<std::string> read_file(BlockSource& blocks, const Cid& root, std::uint64_t limit) {
  std::string content;
  TRY(read_file(blocks, root, limit, [&](std::string_view piece) -> Result<> {
    content += piece;
    return {};
  }));
  return content;
}

Result<std::uint64_t> file_size(const Cid& root, std::string_view block) {
  return TRY(FileNode::decode(root, block)).size;
}

}  // namespace hermes::p2p
