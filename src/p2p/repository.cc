#include "p2p/repository.h"

#include <fcntl.h>
#include <sys/file.h>

#include <functional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "p2p/dag_pb.h"

namespace hermes::p2p {
namespace {

constexpr mode_t kOwnerOnly = 0600;

// Room is made for a while, not for one block.
std::uint64_t low_water(const BlockStore& blocks) {
  return blocks.most_bytes() / 10 * 8;
}

// The blocks that were come to, and those of them whose links were: the same bytes may be named as
// dag-pb, with links, and as raw, without.
struct Seen {
  std::unordered_set<std::string> blocks = {};
  std::unordered_set<std::string> parents = {};
};

// Each block of the tree once. Where `visit` or a block fails, its error is given to `failed`,
// which passes it on, or has what is below the block left out.
Result<> walk(BlockStore& blocks, const Cid& root, Seen& seen,
              const std::function<Result<>(const Cid&)>& visit,
              const std::function<Result<>(Error)>& failed) {
  std::vector<Cid> todo{root};
  std::string block;
  const auto links = [&](const Cid& cid, bool is_new) -> Result<std::vector<Cid>> {
    if (is_new) TRY(visit(cid));
    if (!TRY(blocks.has_links(cid))) return std::vector<Cid>();
    TRY(blocks.read(cid, block));
    return links_of(cid, block);
  };
  while (!todo.empty()) {
    const auto cid = std::move(todo.back());
    todo.pop_back();
    const bool is_new = seen.blocks.insert(cid.multihash()).second;
    const bool is_parent = cid.codec() == kDagPb && seen.parents.insert(cid.multihash()).second;
    if (!is_new && !is_parent) continue;
    auto below = links(cid, is_new);
    if (below) {
      for (auto& link : *below) todo.push_back(std::move(link));
    } else {
      TRY(failed(below.error()));
    }
  }
  return {};
}

// What is gone or damaged has nothing below it to be kept, and is found out when it is read. After
// any other error, what is pinned would be taken for loose.
Result<> pass_over_damage(Error error) {
  const auto code = error.code();
  if (code == Code::NotFound || code == Code::Corrupt || code == Code::InvalidArgument) return {};
  return error;
}

}  // namespace

Result<std::unique_ptr<Repository>> Repository::open(const std::filesystem::path& home, Role role,
                                                     const BlockStoreOptions& options) {
  const auto directory = home / "ipfs";
  auto blocks = TRY(BlockStore::open(directory, options));
  auto holdings = TRY(Holdings::open(directory / "apps.db"));
  auto tracking = TRY(AppTracking::open(directory / "apps.db"));
  auto roots = TRY(AnnouncedRoots::open(directory / "apps.db"));
  const auto path = directory / "in_use";
  io::Descriptor in_use(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly));
  const bool is_open = in_use && (role == Role::Owner || ::flock(in_use.get(), LOCK_SH) == 0);
  if (!is_open) return Error(Code::Denied, concat("'", path.native(), "' cannot be opened"));
  return std::unique_ptr<Repository>(new Repository(role, std::move(in_use), std::move(blocks),
                                                    std::move(holdings), std::move(tracking),
                                                    std::move(roots)));
}

Repository::Repository(Role role, io::Descriptor in_use, std::unique_ptr<BlockStore> blocks,
                       std::unique_ptr<Holdings> holdings, std::unique_ptr<AppTracking> tracking,
                       std::unique_ptr<AnnouncedRoots> roots)
    : role_(role),
      in_use_(std::move(in_use)),
      holdings_(std::move(holdings)),
      tracking_(std::move(tracking)),
      roots_(std::move(roots)),
      blocks_(std::move(blocks)) {
  if (role == Role::Owner) {
    blocks_->when_full([this] { static_cast<void>(collect(low_water(*blocks_))); });
  }
}

Result<> Repository::pin(std::string_view app, const Cid& root, const PinLimits& limits) {
  const auto losses = blocks_->losses();
  const auto bytes = TRY(measure_tree(*blocks_, root));
  TRY(blocks_->commit());
  if (blocks_->losses() != losses) {  // By what another has committed meanwhile.
    return Error(Code::Denied, "the disk failed, and blocks are lost: add it again");
  }
  return holdings_->pin(app, root, bytes, limits);
}

Result<std::uint64_t> Repository::collect(std::uint64_t most) {
  const std::lock_guard lock(collecting_);
  if (role_ != Role::Owner || ::flock(in_use_.get(), LOCK_EX | LOCK_NB) != 0) {
    return Error(Code::Busy, "another program uses the blocks: try again when it has ended");
  }
  auto freed = [&]() -> Result<std::uint64_t> {
    const auto before = blocks_->oldest_kept();  // What is pinned from now on is put from now on.
    Seen needed;
    for (const auto& pin : TRY(holdings_->pins())) {
      const auto visit = [](const Cid&) { return Result<>(); };
      TRY(walk(*blocks_, pin.cid, needed, visit, pass_over_damage));
    }
    return blocks_->sweep(before, most, [&](const std::string& multihash) {
      return needed.blocks.contains(multihash);
    });
  }();
  ::flock(in_use_.get(), LOCK_UN);
  return freed;
}

Result<std::uint64_t> measure_tree(BlockStore& blocks, const Cid& root) {
  Seen seen;
  std::uint64_t bytes = 0;
  const auto visit = [&](const Cid& cid) -> Result<> {
    const auto kept = blocks.keep_known(cid);
    if (!kept) return Error(Code::NotFound, concat("the block ", cid.text(), " is not here"));
    bytes += room_for(kept->size);
    return {};
  };
  TRY(walk(blocks, root, seen, visit, [](Error error) { return Result<>(std::move(error)); }));
  return bytes;
}

}  // namespace hermes::p2p
