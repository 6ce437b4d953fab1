#pragma once

// Blocks on disk: an index (SQLite) of what is where in packs.
//
//   put ──▶ pack (page cache) ──▶ waiting ──commit──▶ sync of the packs ──▶ index
//
// A block can be read as soon as it is put. After `commit` it is there for good, also when power is
// lost. A process that is killed before leaves bytes in a pack that nobody knows of; the next one
// cuts them off.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/guarded.h"
#include "base/result.h"
#include "base/unique_function.h"
#include "p2p/block_index.h"
#include "p2p/blocks.h"
#include "p2p/packs.h"

namespace hermes::p2p {

struct BlockStoreOptions {
  std::uint64_t most_bytes = std::uint64_t{10} << 30U;  // Of all blocks, as `room_for` has it.
  std::uint64_t pack_bytes = std::uint64_t{1} << 30U;

  /// A block is checked against its name when it is read: each time, or the first time in the life
  /// of the process, unless the process wrote it.
  bool check_each_read = false;
};

/// The blocks of one node. Thread-safe; several processes may have it open.
class BlockStore final : public BlockSource, public BlockSink {
 public:
  static Result<std::unique_ptr<BlockStore>> open(const std::filesystem::path& directory,
                                                  const BlockStoreOptions& options);

  /// Commits.
  ~BlockStore() override;

  /// While it lives, no block that is put, or kept, is collected.
  class Lease {
   public:
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) noexcept = default;

   private:
    friend class BlockStore;
    struct End {
      BlockStore* store;
      void operator()(const std::uint64_t* stamp) const { store->end_lease(stamp); }
    };
    explicit Lease(std::unique_ptr<const std::uint64_t, End> stamp) : stamp_(std::move(stamp)) {}
    std::unique_ptr<const std::uint64_t, End> stamp_;
  };
  Lease lease();

  /// Corrupt for a block that is not what was written; it is gone then.
  Result<> read(const Cid& cid, std::string& into) override;

  /// LimitReached where it is too large, or the store is full.
  Result<> put(const Cid& cid, std::string_view block) override;

  /// What was put is there for good. Where the disk fails, what it may have lost is not here any
  /// more: it can be put again.
  Result<> commit();

  /// How many blocks were lost so, in the life of the process.
  std::uint64_t losses() const { return losses_; }

  /// Whether it is there; if so, a lease keeps it.
  bool keep(const Cid& cid) { return keep_known(cid).has_value(); }

  /// What is known of a block that is there; a lease keeps it then.
  struct Kept {
    std::uint32_t size;  // In bytes.
    bool has_links;
  };
  std::optional<Kept> keep_known(const Cid& cid);

  /// In bytes; nullopt if it is not there.
  std::optional<std::uint32_t> size(const Cid& cid);

  /// Whether it is there and links to others.
  Result<bool> has_links(const Cid& cid);

  /// That all blocks take, as `room_for` has it.
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t most_bytes() const { return options_.most_bytes; }
  Result<std::uint64_t> count();

  /// Called where `put` finds no room, without a lock, to make some. Set before the first `put`.
  void when_full(UniqueFunction<void()> make_room) { make_room_ = std::move(make_room); }

  /// The stamp of the oldest block that a lease of now, or of later, may keep.
  std::uint64_t oldest_kept();

  /// Deletes blocks that are older than that and of which `is_needed` says no, those first that
  /// were put longest ago, until no more than `most` bytes are left. Returns how many bytes that
  /// freed. `is_needed` does not use the store.
  Result<std::uint64_t> sweep(std::uint64_t before, std::uint64_t most,
                              const std::function<bool(const std::string& multihash)>& is_needed);

 private:
  struct Waiting {
    std::unordered_map<std::string, BlockEntry> put = {};
    std::set<std::string> kept = {};
  };

  BlockStore(std::unique_ptr<BlockIndex> index, std::unique_ptr<Packs> packs,
             const BlockStoreOptions& options, const BlockIndex::Totals& totals);

  void end_lease(const std::uint64_t* stamp);
  Result<std::optional<BlockEntry>> find(const std::string& multihash);
  std::optional<BlockEntry> keep_here(const Cid& cid);
  Result<bool> put_if_room(const Cid& cid, std::string_view block);
  bool is_checked(const Place& place);
  void note_checked(const Place& place);
  void forget(const Cid& cid, const Place& place);
  Result<> commit_all();
  bool drop_lost();
  Result<std::uint64_t> sweep_some(const std::set<std::string>& multihashes, std::uint64_t before);

  const BlockStoreOptions options_;
  const std::unique_ptr<BlockIndex> index_;
  const std::unique_ptr<Packs> packs_;
  UniqueFunction<void()> make_room_;
  std::shared_mutex sweeping_;  // Whole while blocks are deleted; shared while one is used.
  std::mutex committing_;
  Guarded<Waiting> waiting_;
  Guarded<std::unordered_set<std::uint64_t>> checked_;
  Guarded<std::multiset<std::uint64_t>> leases_;
  std::atomic<std::uint64_t> stamp_;
  std::atomic<std::uint64_t> bytes_;
  std::atomic<std::uint64_t> losses_ = 0;
};

}  // namespace hermes::p2p
