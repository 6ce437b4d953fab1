#include "p2p/directory.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/strings.h"
#include "p2p/dag_pb.h"
#include "p2p/murmur3.h"
#include "p2p/unixfs.h"
#include "p2p/yield.h"

namespace hermes::p2p {
namespace {

constexpr std::uint64_t kMurmur3 = 0x22;
constexpr std::uint64_t kLargestFanout = 1024;
constexpr std::uint64_t kSmallestFanout = 8;
constexpr unsigned kHashBits = 64;
constexpr std::size_t kLargestDirectory = std::size_t{1} << 20U;  // In bytes, of one block.
constexpr std::size_t kLongestPath = 4'096;
constexpr std::size_t kMostNames = 64;
constexpr std::string_view kPrefix = "/ipfs/";

Error corrupt(const Cid& cid, std::string_view why) {
  return {Code::Corrupt, concat(cid.text(), ": ", why)};
}

// A block of a directory: the whole of it, or a part of the trie.
struct DirectoryNode {
  std::string block;  // Into which the links point.
  std::vector<DagLink> links = {};
  unsigned bits = 0;       // Of the hash, by which the trie branches here; 0: it does not.
  std::size_t digits = 0;  // Before each name, which say the branch.
};

Result<DirectoryNode> read_directory(BlockSource& blocks, const Cid& cid) {
  const auto is_none = [&] {
    return Error(Code::InvalidArgument, concat(cid.text(), " is no directory"));
  };
  if (cid.codec() != kDagPb) return is_none();
  DirectoryNode read;
  if (cid.inlined()) {
    read.block = *cid.inlined();
  } else {
    TRY(blocks.read(cid, read.block));
  }
  auto node = TRY(DagNode::decode(read.block).context(cid.text()));
  if (!node.data) return is_none();
  const auto content = TRY(UnixFs::decode(*node.data).context(cid.text()));
  read.links = std::move(node.links);
  if (content.type == UnixFs::Type::Directory) return read;
  if (content.type != UnixFs::Type::HamtShard) return is_none();
  const auto fanout = content.fanout.value_or(0);
  if (content.hash_type != kMurmur3 || !std::has_single_bit(fanout) || fanout < kSmallestFanout ||
      fanout > kLargestFanout) {
    return corrupt(cid, "its trie is of a kind that is not known");
  }
  read.bits = static_cast<unsigned>(std::countr_zero(fanout));
  read.digits = (read.bits + 3) / 4;
  return read;
}

std::string branch_name(std::uint64_t branch, std::size_t digits) {
  std::string name(digits, '0');
  for (auto digit = name.rbegin(); digit != name.rend(); ++digit, branch >>= 4U) {
    *digit = "0123456789ABCDEF"[branch & 15U];
  }
  return name;
}

Result<> list(BlockSource& blocks, const Cid& cid, unsigned used_bits, std::size_t most,
              Yield& yield, std::vector<DirectoryEntry>& entries) {
  const auto node = TRY(read_directory(blocks, cid));
  if (node.bits == 0 && used_bits > 0) return corrupt(cid, "it is no part of a trie");
  if (used_bits + node.bits > kHashBits) return corrupt(cid, "its trie is too deep");
  const auto is_entry = [&](const DagLink& link) {
    return node.bits == 0 || link.name.size() > node.digits;
  };
  if (!yield.add(static_cast<std::uint64_t>(std::ranges::count_if(node.links, is_entry)))) {
    return corrupt(cid, "it is of a trie that holds nothing");
  }
  for (const auto& link : node.links) {
    if (link.name.size() < node.digits) return corrupt(cid, "an entry has no branch");
    const auto name = link.name.substr(node.digits);
    if (node.bits > 0 && name.empty()) {
      TRY(list(blocks, link.cid, used_bits + node.bits, most, yield, entries));
      continue;
    }
    if (entries.size() == most) {
      return Error(Code::LimitReached, concat("the directory has more than ", most, " entries"));
    }
    entries.push_back({std::string(name), link.cid, link.size});
  }
  return {};
}

}  // namespace

Result<Cid> find_entry(BlockSource& blocks, const Cid& directory, std::string_view name) {
  const auto hash = murmur3(name);
  auto cid = directory;
  for (unsigned used = 0;;) {
    const auto node = TRY(read_directory(blocks, cid));
    if (node.bits == 0 && used > 0) return corrupt(cid, "it is no part of a trie");
    if (used + node.bits > kHashBits) return corrupt(cid, "its trie is too deep");
    std::string prefix;
    if (node.bits > 0) prefix = branch_name(hash << used >> (kHashBits - node.bits), node.digits);
    const DagLink* found = nullptr;
    for (const auto& link : node.links) {
      if (!link.name.starts_with(prefix)) continue;
      const auto rest = link.name.substr(prefix.size());
      if (rest == name || (node.bits > 0 && rest.empty())) found = &link;
      if (found != nullptr) break;
    }
    if (found == nullptr) {
      return Error(Code::NotFound, concat("'", name, "' is not in ", directory.text()));
    }
    if (found->name.size() > prefix.size()) return found->cid;
    used += node.bits;
    cid = Cid(found->cid);
  }
}

Result<std::vector<DirectoryEntry>> list_directory(BlockSource& blocks, const Cid& directory,
                                                   std::size_t most) {
  std::vector<DirectoryEntry> entries;
  Yield yield;
  TRY(list(blocks, directory, 0, most, yield, entries));
  std::ranges::sort(entries, {}, &DirectoryEntry::name);
  return entries;
}

Result<BuiltTree> put_directory(BlockSink& sink, std::vector<DirectoryEntry> entries,
                                int cid_version) {
  std::ranges::sort(entries, {}, &DirectoryEntry::name);
  DagNode node;
  std::uint64_t size = 0;
  for (const auto& entry : entries) {
    node.links.push_back({entry.cid, entry.name, entry.size});
    size += entry.size;
  }
  const auto data = UnixFs{.type = UnixFs::Type::Directory}.encode();
  node.data = data;
  const auto block = node.encode();
  if (block.size() > kLargestDirectory) {
    return Error(Code::LimitReached,
                 concat("a directory of ", entries.size(),
                        " entries does not fit into one block; spread them over "
                        "several directories"));
  }
  auto cid = Cid::of(block, kDagPb, cid_version);
  TRY(sink.put(cid, block));
  return BuiltTree{std::move(cid), size, size + block.size()};
}

Result<ContentPath> ContentPath::parse(std::string_view text) {
  const auto whole = text;
  const auto invalid = [&](std::string_view why) {
    return Error(Code::InvalidArgument, concat("not a path of IPFS: ", why));
  };
  if (whole.size() > kLongestPath) return invalid("it is too long");
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  const auto pieces = split(text, '/');
  ContentPath path{TRY(Cid::parse(pieces.front()).context("not a path of IPFS")), {}};
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const auto name = pieces[i];
    if (name.empty() && i + 1 == pieces.size()) break;  // A slash at the end.
    if (name.empty() || name == "." || name == "..")
      return invalid("a name in it is empty or dots");
    path.names.emplace_back(name);
  }
  if (path.names.size() > kMostNames) return invalid("it has too many names");
  return path;
}

Result<Cid> resolve(BlockSource& blocks, const ContentPath& path) {
  auto cid = path.root;
  for (const auto& name : path.names) cid = TRY(find_entry(blocks, cid, name));
  return cid;
}

}  // namespace hermes::p2p
