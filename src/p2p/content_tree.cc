#include "p2p/content_tree.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "p2p/block_cache.h"
#include "p2p/dag_pb.h"
#include "p2p/directory.h"
#include "p2p/file_node.h"
#include "p2p/unixfs.h"
#include "vfs/beneath.h"

namespace hermes::p2p {
namespace {

constexpr std::size_t kCacheBytes = std::size_t{16} << 20U;
constexpr std::size_t kMostEntries = 10'000;

Error not_here(std::string_view path) {
  return {Code::NotFound, concat("'", path, "' is not here")};
}

// A file, of which only what is asked for is read.
class ContentFile final : public vfs::File {
 public:
  ContentFile(std::shared_ptr<BlockCache> blocks, Cid root, std::uint64_t size)
      : blocks_(std::move(blocks)), root_(std::move(root)), size_(size) {}

  std::uint64_t size() const override { return size_; }
  UtcTime modified() const override { return {}; }

  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override {
    std::size_t done = 0;
    while (done < into.size() && offset + done < size_) {
      const auto [block, piece] = TRY(piece_at(offset + done));
      const auto size = std::min(into.size() - done, piece.size());
      std::memcpy(into.data() + done, piece.data(), size);
      done += size;
    }
    return done;
  }

 private:
  struct Piece {
    BlockCache::Block block;  // In which it is.
    std::string_view bytes;   // Not empty.
  };

  // What is in one block from there on. `at` is inside the file.
  Result<Piece> piece_at(std::uint64_t at) const {
    auto cid = root_;
    auto size = size_;
    for (std::size_t depth = 0; depth < kDeepestFile; ++depth) {
      const auto block = TRY(blocks_->read(cid));
      const auto node = TRY(FileNode::decode(cid, *block));
      TRY(node.check_child(cid, size));
      if (at < node.data.size()) return Piece{block, node.data.substr(at)};
      at -= node.data.size();
      std::size_t child = 0;
      while (at >= node.sizes[child]) at -= node.sizes[child++];
      size = node.sizes[child];
      cid = Cid(node.children[child].cid);
    }
    return Error(Code::Corrupt, concat(root_.text(), ": the file is too deep"));
  }

  const std::shared_ptr<BlockCache> blocks_;
  const Cid root_;
  const std::uint64_t size_;
};

// What a path leads to, but for links.
struct Found {
  Cid cid;
  vfs::Kind kind;
  std::uint64_t size = 0;  // Of a file.
};

class ContentTree final : public vfs::Tree {
 public:
  explicit ContentTree(BlockSource& blocks)
      : blocks_(blocks), cache_(std::make_shared<BlockCache>(blocks, kCacheBytes)) {}

  Result<vfs::Kind> kind(std::string_view path) const override {
    if (path.empty()) return vfs::Kind::Directory;
    return TRY(find(path)).kind;
  }

  Result<std::unique_ptr<vfs::File>> open(std::string_view path) const override {
    auto found = TRY(find(path));
    if (found.kind != vfs::Kind::File) return not_here(path);
    std::unique_ptr<vfs::File> file =
        std::make_unique<ContentFile>(cache_, std::move(found.cid), found.size);
    return file;
  }

  Result<std::vector<vfs::Entry>> list(std::string_view path) const override {
    std::vector<vfs::Entry> entries;
    if (path.empty()) return entries;
    const auto directory = TRY(find(path));
    if (directory.kind != vfs::Kind::Directory) return not_here(path);
    auto listed = list_directory(blocks_, directory.cid, kMostEntries);
    if (!listed) {
      const bool is_large = listed.error().code() == Code::LimitReached;
      return is_large ? Error(Code::Busy, listed.error().message()) : std::move(listed).error();
    }
    for (auto& entry : *listed) {
      // What is not here could not be opened, whatever it is.
      const auto found = look_at(entry.cid);
      if (found) entries.push_back({std::move(entry.name), found->kind});
    }
    return entries;
  }

 private:
  Result<Found> find(std::string_view path) const {
    if (!vfs::is_inside(path)) return not_here(path);
    const auto parsed = ContentPath::parse(path);
    if (!parsed) return not_here(path);
    auto cid = resolve(blocks_, *parsed);
    if (!cid) return not_found_or(path, std::move(cid).error());
    auto found = look_at(*cid);
    if (!found) return not_found_or(path, std::move(found).error());
    return found;
  }

  // What is not as the path says is not there.
  static Error not_found_or(std::string_view path, Error error) {
    const auto code = error.code();
    return code == Code::NotFound || code == Code::InvalidArgument ? not_here(path) : error;
  }

  Result<Found> look_at(const Cid& cid) const {
    if (cid.codec() != kRaw && cid.codec() != kDagPb) {
      return Error(Code::InvalidArgument, concat(cid.text(), " is no file"));
    }
    const auto block = TRY(cache_->read(cid));
    if (cid.codec() == kDagPb) {
      const auto node = TRY(DagNode::decode(*block));
      const auto type = TRY(UnixFs::decode(node.data.value_or(""))).type;
      if (type == UnixFs::Type::Directory || type == UnixFs::Type::HamtShard) {
        return Found{cid, vfs::Kind::Directory};
      }
    }
    const auto file = TRY(FileNode::decode(cid, *block));
    return Found{cid, vfs::Kind::File, file.size};
  }

  BlockSource& blocks_;
  const std::shared_ptr<BlockCache> cache_;
};

}  // namespace

std::shared_ptr<const vfs::Tree> content_tree(BlockSource& blocks) {
  return std::make_shared<ContentTree>(blocks);
}

}  // namespace hermes::p2p
