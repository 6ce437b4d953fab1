#include "p2p/block_store.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace hermes::p2p {
namespace {

constexpr std::size_t kMostChecked = 1'000'000;  // Then all are forgotten.
constexpr std::size_t kMostWaiting = 4'096;      // Blocks; then they are committed.
constexpr std::size_t kSweptAtOnce = 1'000;      // Nobody reads meanwhile.

Error not_found(const Cid& cid) {
  return {Code::NotFound, concat("the block ", cid.text(), " is not here")};
}

// Packs have fewer than 2^32 blocks, and fewer than 2^32 bytes.
std::uint64_t key_of(const Place& place) {
  return std::uint64_t{place.pack} << 32U | place.offset;
}

// The links of a dag-pb block are its first fields. Whatever a block is named now, it may be named
// so another time.
bool begins_with_link(std::string_view block) {
  return block.starts_with('\x12');
}

std::uint64_t room_of(const BlockIndex::Totals& totals) {
  return totals.bytes + totals.blocks * room_for(0);
}

}  // namespace

Result<std::unique_ptr<BlockStore>> BlockStore::open(const std::filesystem::path& directory,
                                                     const BlockStoreOptions& options) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) return Error(Code::Denied, concat("'", directory.native(), "': ", failed.message()));
  auto index = TRY(BlockIndex::open(directory / "index.db"));
  const auto end_of = [&](std::uint32_t pack) -> Result<std::uint64_t> {
    const auto places = TRY(index->places_in(pack));
    return places.empty() ? 0 : places.back().offset + places.back().size;
  };
  auto packs = TRY(Packs::open(directory / "packs", end_of, options.pack_bytes));
  const auto totals = TRY(index->totals());
  return std::unique_ptr<BlockStore>(
      new BlockStore(std::move(index), std::move(packs), options, totals));
}

BlockStore::BlockStore(std::unique_ptr<BlockIndex> index, std::unique_ptr<Packs> packs,
                       const BlockStoreOptions& options, const BlockIndex::Totals& totals)
    : options_(options),
      index_(std::move(index)),
      packs_(std::move(packs)),
      stamp_(totals.last_stamp + 1),
      bytes_(room_of(totals)) {}

BlockStore::~BlockStore() {
  static_cast<void>(commit());
}

BlockStore::Lease BlockStore::lease() {
  return leases_.with([&](auto& leases) {
    auto stamp = std::make_unique<const std::uint64_t>(++stamp_);
    leases.insert(*stamp);
    return Lease({stamp.release(), Lease::End{this}});
  });
}

void BlockStore::end_lease(const std::uint64_t* stamp) {
  const std::unique_ptr<const std::uint64_t> owned(stamp);
  leases_.with([&](auto& leases) { leases.extract(*owned); });
}

Result<std::optional<BlockEntry>> BlockStore::find(const std::string& multihash) {
  auto entry = waiting_.with([&](Waiting& waiting) -> std::optional<BlockEntry> {
    const auto found = waiting.put.find(multihash);
    if (found == waiting.put.end()) return std::nullopt;
    return found->second;
  });
  if (entry) return entry;
  return index_->find(multihash);
}

Result<> BlockStore::read(const Cid& cid, std::string& into) {
  if (const auto* inlined = cid.inlined()) {
    into = *inlined;
    return {};
  }
  Place place{};
  {
    const std::shared_lock lock(sweeping_);
    const auto entry = TRY(find(cid.multihash()));
    if (!entry) return not_found(cid);
    place = entry->place;
    TRY(packs_->read(place, into));
  }
  if (!options_.check_each_read && is_checked(place)) return {};
  if (cid.names(into)) {
    note_checked(place);
    return {};
  }
  forget(cid, place);
  return Error(Code::Corrupt,
               concat("the block ", cid.text(), " was damaged on the disk and is thrown away"));
}

// Another reader may have thrown it away before, and another writer put it again, whole: that is at
// another place.
void BlockStore::forget(const Cid& cid, const Place& place) {
  const std::unique_lock lock(sweeping_);
  if (!commit()) return;
  const auto entry = find(cid.multihash());
  if (!entry || !*entry || key_of((*entry)->place) != key_of(place)) return;
  if (index_->remove({cid.multihash()})) bytes_ -= room_for(place.size);
}

bool BlockStore::is_checked(const Place& place) {
  return checked_.with([&](auto& checked) { return checked.contains(key_of(place)); });
}

void BlockStore::note_checked(const Place& place) {
  checked_.with([&](auto& checked) {
    if (checked.size() == kMostChecked) checked.clear();
    checked.insert(key_of(place));
  });
}

Result<> BlockStore::put(const Cid& cid, std::string_view block) {
  if (cid.inlined()) return {};
  if (block.size() > kLargestBlock) {
    return Error(Code::LimitReached,
                 concat("the block ", cid.text(), " is larger than ", kLargestBlock, " bytes"));
  }
  if (TRY(put_if_room(cid, block))) return {};
  if (make_room_) make_room_();
  if (TRY(put_if_room(cid, block))) return {};
  return Error(Code::LimitReached,
               concat("the block store is full: ", options_.most_bytes,
                      " bytes, and all of it is pinned or in use; unpin something, or give it more "
                      "room"));
}

Result<bool> BlockStore::put_if_room(const Cid& cid, std::string_view block) {
  bool many = false;
  {
    const std::shared_lock lock(sweeping_);
    if (keep_here(cid)) return true;
    if (bytes_ + room_for(block.size()) > options_.most_bytes) return false;
    const auto place = TRY(packs_->append(block));
    note_checked(place);
    many = waiting_.with([&](Waiting& waiting) {
      const BlockEntry entry{place, begins_with_link(block), stamp_};
      const bool is_new = waiting.put.emplace(cid.multihash(), entry).second;
      if (is_new) bytes_ += room_for(block.size());
      return waiting.put.size() >= kMostWaiting;
    });
  }
  if (many) TRY(commit());
  return true;
}

std::optional<BlockStore::Kept> BlockStore::keep_known(const Cid& cid) {
  const bool may_link = cid.codec() == kDagPb;
  if (const auto* inlined = cid.inlined()) {
    return Kept{static_cast<std::uint32_t>(inlined->size()),
                may_link && begins_with_link(*inlined)};
  }
  const std::shared_lock lock(sweeping_);
  const auto entry = keep_here(cid);
  if (!entry) return std::nullopt;
  return Kept{entry->place.size, may_link && entry->has_links};
}

std::optional<BlockEntry> BlockStore::keep_here(const Cid& cid) {
  const auto& multihash = cid.multihash();
  const auto found = find(multihash);
  if (!found || !*found) return std::nullopt;
  if ((*found)->stamp < stamp_) {
    // One that waits to be committed, too: its stamp is that of its first put.
    waiting_.with([&](Waiting& waiting) { waiting.kept.insert(multihash); });
  }
  return *found;
}

std::optional<std::uint32_t> BlockStore::size(const Cid& cid) {
  if (cid.inlined()) return static_cast<std::uint32_t>(cid.inlined()->size());
  const auto found = find(cid.multihash());
  if (!found || !*found) return std::nullopt;
  return (*found)->place.size;
}

Result<bool> BlockStore::has_links(const Cid& cid) {
  if (cid.codec() != kDagPb) return false;
  if (cid.inlined()) return begins_with_link(*cid.inlined());
  const auto found = TRY(find(cid.multihash()));
  return found && found->has_links;
}

Result<std::uint64_t> BlockStore::count() {
  TRY(commit());
  return TRY(index_->totals()).blocks;
}

Result<> BlockStore::commit() {
  const std::lock_guard lock(committing_);
  return commit_all();
}

Result<> BlockStore::commit_all() {
  // What waits can be read from there until the index has it.
  auto [put, kept] = waiting_.with(
      [](Waiting& waiting) { return std::pair(waiting.put, std::exchange(waiting.kept, {})); });
  if (put.empty() && kept.empty()) return {};
  std::vector<BlockIndex::Named> blocks;
  blocks.reserve(put.size());
  for (const auto& [multihash, entry] : put) blocks.push_back({multihash, entry});
  auto done = packs_->sync();
  if (drop_lost() && done) done = Error(Code::Denied, "the disk failed, and blocks are lost");
  if (done) done = index_->add(blocks, kept, stamp_);
  waiting_.with([&](Waiting& waiting) {
    if (!done) return waiting.kept.merge(kept);
    for (const auto& [multihash, entry] : put) waiting.put.erase(multihash);
  });
  return done;
}

// What waits in packs that have failed. True if there was any.
bool BlockStore::drop_lost() {
  return waiting_.with([&](Waiting& waiting) {
    const auto lost = std::erase_if(waiting.put, [&](const auto& block) {
      const auto& place = block.second.place;
      if (!packs_->has_failed(place.pack)) return false;
      bytes_ -= room_for(place.size);
      return true;
    });
    losses_ += lost;
    return lost > 0;
  });
}

std::uint64_t BlockStore::oldest_kept() {
  return leases_.with([&](auto& leases) { return leases.empty() ? stamp_ + 1 : *leases.begin(); });
}

Result<std::uint64_t> BlockStore::sweep(
    std::uint64_t before, std::uint64_t most,
    const std::function<bool(const std::string& multihash)>& is_needed) {
  {
    const std::unique_lock lock(sweeping_);
    TRY(commit());
    bytes_ = room_of(TRY(index_->totals()));  // Other processes have added to it.
  }
  std::uint64_t freed = 0;
  for (bool more = true; more && bytes_ > most;) {
    std::set<std::string> batch;
    std::uint64_t batch_bytes = 0;
    more = false;
    TRY(index_->each_before(before, [&](const BlockIndex::Named& block) {
      if (is_needed(block.multihash)) return true;
      more = batch.size() == kSweptAtOnce || bytes_ <= most + batch_bytes;
      if (more) return false;
      batch_bytes += room_for(block.entry.place.size);
      batch.insert(block.multihash);
      return true;
    }));
    if (batch.empty()) break;
    freed += TRY(sweep_some(batch, before));
  }
  return freed;
}

// Those of the blocks that nobody has taken a lease of in the meantime.
Result<std::uint64_t> BlockStore::sweep_some(const std::set<std::string>& multihashes,
                                             std::uint64_t before) {
  const std::unique_lock lock(sweeping_);
  TRY(commit());
  std::vector<std::string> gone;
  std::set<std::uint32_t> packs;
  std::uint64_t freed = 0;
  for (const auto& multihash : multihashes) {
    const auto entry = TRY(index_->find(multihash));
    if (!entry || entry->stamp >= before) continue;
    gone.push_back(multihash);
    packs.insert(entry->place.pack);
    freed += room_for(entry->place.size);
    checked_.with([&](auto& checked) { checked.erase(key_of(entry->place)); });
  }
  TRY(index_->remove(gone));
  bytes_ -= freed;
  for (const auto pack : packs) TRY(packs_->keep_only(pack, TRY(index_->places_in(pack))));
  return freed;
}

}  // namespace hermes::p2p
