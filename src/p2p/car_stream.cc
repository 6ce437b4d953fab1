#include "p2p/car_stream.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/strings.h"
#include "p2p/dag_pb.h"
#include "p2p/file_node.h"
#include "p2p/unixfs.h"
#include "p2p/varint.h"

namespace hermes::p2p {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10U;
constexpr std::uint64_t kMostBlocks = 1'000'000;

// Notes which blocks a path leads through.
class NotedBlocks final : public BlockSource {
 public:
  explicit NotedBlocks(BlockSource& blocks) : blocks_(blocks) {}

  Result<> read(const Cid& cid, std::string& into) override {
    noted.push_back(cid);
    return blocks_.read(cid, into);
  }

  std::vector<Cid> noted;

 private:
  BlockSource& blocks_;
};

// {"roots": [42(h'00' ‖ cid)], "version": 1}
std::string header_of(const Cid& root) {
  const auto bytes = root.bytes();
  std::string cbor = "\xA2\x65roots\x81\xD8\x2A";
  const auto size = bytes.size() + 1;
  if (size < 24) {
    cbor += static_cast<char>(0x40 + size);
  } else if (size < 256) {
    cbor += '\x58';
    cbor += static_cast<char>(size);
  } else {
    cbor += '\x59';
    cbor += static_cast<char>(size >> 8U);
    cbor += static_cast<char>(size & 0xFFU);
  }
  cbor += '\0';
  cbor += bytes;
  cbor += "\x67version\x01";
  std::string header;
  append_varint(header, cbor.size());
  return header + cbor;
}

void append_block(std::string& to, const Cid& cid, std::string_view block) {
  const auto name = cid.bytes();
  append_varint(to, name.size() + block.size());
  to += name;
  to += block;
}

// Parts of a directory link to others by what comes before names, and no name.
bool is_part_of_trie(const DagLink& link, std::uint64_t fanout) {
  std::size_t digits = 0;
  for (auto most = fanout - 1; most > 0; most >>= 4U) ++digits;
  return link.name.size() == digits;
}

}  // namespace

Result<CarStream> CarStream::open(BlockSource& blocks, const ContentPath& path,
                                  const CarShape& shape) {
  CarStream car(blocks, shape);
  NotedBlocks noted(blocks);
  car.segments_.push_back(path.root);
  for (const auto& name : path.names) {
    car.segments_.push_back(TRY(find_entry(noted, car.segments_.back(), name)));
  }
  car.path_ = std::move(noted.noted);
  std::ranges::reverse(car.path_);
  const auto& end = car.segments_.back();
  std::string block;
  if (!end.inlined()) TRY(blocks.read(end, block));
  if (shape.bytes) TRY(car.find_range(end));
  car.todo_.push_back({end});
  return car;
}

// What is no file has no bytes: then all of it is meant.
Result<> CarStream::find_range(const Cid& file) {
  shape_.scope = CarShape::Scope::Entity;
  std::string block;
  if (file.inlined()) {
    block = *file.inlined();
  } else {
    TRY(blocks_->read(file, block));
  }
  const auto node = FileNode::decode(file, block);
  if (!node) return {};
  const auto size = static_cast<std::int64_t>(std::min<std::uint64_t>(node->size, INT64_MAX));
  const auto place = [&](std::int64_t at) { return at < 0 ? size + at : at; };
  const auto from = std::max<std::int64_t>(place(shape_.bytes->from), 0);
  const auto to = std::min(shape_.bytes->to ? place(*shape_.bytes->to) : size - 1, size - 1);
  if (from >= size && size > 0) {
    return Error(Code::InvalidArgument, concat("the file has no more than ", size, " bytes"));
  }
  if (to < from) {
    shape_.scope = CarShape::Scope::Block;
    return {};
  }
  range_ = Range{static_cast<std::uint64_t>(from), static_cast<std::uint64_t>(to) + 1};
  return {};
}

Result<std::string> CarStream::next() {
  std::string piece;
  if (!std::exchange(has_begun_, true)) piece = header_of(segments_.back());
  while (piece.size() < kPiece && !(path_.empty() && todo_.empty())) TRY(append_next(piece));
  return piece;
}

Result<> CarStream::append_next(std::string& to) {
  if (++blocks_sent_ > kMostBlocks) {
    return Error(Code::LimitReached, concat("there are more than ", kMostBlocks, " blocks"));
  }
  std::string block;
  if (!path_.empty()) {
    const auto cid = std::move(path_.back());
    path_.pop_back();
    TRY(blocks_->read(cid, block));
    append_block(to, cid, block);
    return {};
  }
  const auto item = std::move(todo_.back());
  todo_.pop_back();
  // What is in its name is in the block that has the name.
  if (item.cid.inlined()) return push_children(item, *item.cid.inlined());
  if (!shape_.duplicates && !seen_.insert(item.cid.bytes()).second) return {};
  TRY(blocks_->read(item.cid, block));
  append_block(to, item.cid, block);
  return push_children(item, block);
}

Result<> CarStream::push_children(const Item& item, const std::string& block) {
  if (shape_.scope == CarShape::Scope::Block || item.cid.codec() != kDagPb) return {};
  const auto before = todo_.size();
  if (range_) {
    const auto node = TRY(FileNode::decode(item.cid, block));
    auto begin = item.begin + node.data.size();
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const auto end = begin + node.sizes[i];
      if (begin < range_->end && end > range_->begin)
        todo_.push_back({node.children[i].cid, begin});
      begin = end;
    }
  } else {
    const auto node = TRY(DagNode::decode(block).context(item.cid.text()));
    const auto content = UnixFs::decode(node.data.value_or(""));
    const bool lists = shape_.scope == CarShape::Scope::Entity;
    for (const auto& link : node.links) {
      if (lists && (!content || content->type == UnixFs::Type::Directory)) break;
      const bool is_shard = content && content->type == UnixFs::Type::HamtShard;
      if (lists && is_shard && !is_part_of_trie(link, content->fanout.value_or(1))) continue;
      todo_.push_back({link.cid});
    }
  }
  std::reverse(todo_.begin() + static_cast<std::ptrdiff_t>(before), todo_.end());
  return {};
}

}  // namespace hermes::p2p
