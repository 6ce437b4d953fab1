#include "p2p/dag_pb.h"

#include <utility>

#include "base/strings.h"
#include "p2p/protobuf.h"
#include "p2p/varint.h"

namespace hermes::p2p {
namespace {

// Fields of a node, and of a link.
constexpr std::uint64_t kData = 1;
constexpr std::uint64_t kLinks = 2;
constexpr std::uint64_t kHash = 1;
constexpr std::uint64_t kName = 2;
constexpr std::uint64_t kSize = 3;

Error corrupt(std::string_view why) {
  return {Code::Corrupt, concat("the block is not dag-pb: ", why)};
}

// Hash, name and size, each at most once and in this order; the hash must be there.
Result<DagLink> decode_link(std::string_view text) {
  ProtobufReader reader(text);
  std::optional<Cid> cid;
  std::string_view name;
  std::uint64_t size = 0;
  std::uint64_t last = 0;
  while (const auto field = reader.next()) {
    if (field->number <= last || field->number > kSize) return corrupt("a link has strange fields");
    last = field->number;
    if (field->value.has_value() != (last == kSize)) return corrupt("a link has a strange field");
    if (last == kHash) cid = TRY(Cid::from_bytes(field->bytes).context("a link"));
    if (last == kName) name = field->bytes;
    if (last == kSize) size = *field->value;
  }
  if (reader.is_malformed() || !cid) return corrupt("a link is malformed");
  return DagLink{*std::move(cid), name, size};
}

std::string encode_link(const DagLink& link) {
  std::string text;
  append_field(text, kHash, link.cid.bytes());
  append_field(text, kName, link.name);
  append_field(text, kSize, link.size);
  return text;
}

}  // namespace

Result<DagNode> DagNode::decode(std::string_view block) {
  if (block.size() > kLargestBlock) return corrupt("it is too large");
  DagNode node;
  ProtobufReader reader(block);
  while (const auto field = reader.next()) {
    if (field->value || (field->number != kData && field->number != kLinks)) {
      return corrupt("it has strange fields");
    }
    if (node.data) return corrupt("something follows the data");
    if (field->number == kData) {
      node.data = field->bytes;
    } else {
      node.links.push_back(TRY(decode_link(field->bytes)));
    }
  }
  if (reader.is_malformed()) return corrupt("it is malformed");
  return node;
}

std::string DagNode::encode() const {
  std::string block;
  for (const auto& link : links) append_field(block, kLinks, encode_link(link));
  if (data) append_field(block, kData, *data);
  return block;
}

std::string before_data(std::size_t size) {
  std::string before;
  append_bytes_key(before, kData, size);
  return before;
}

Result<std::vector<Cid>> links_of(const Cid& cid, std::string_view block) {
  std::vector<Cid> cids;
  if (cid.codec() != kDagPb) return cids;
  auto node = TRY(DagNode::decode(block));
  cids.reserve(node.links.size());
  for (auto& link : node.links) cids.push_back(std::move(link.cid));
  return cids;
}

}  // namespace hermes::p2p
