#pragma once

// What a node keeps on disk, below the engine's home:
//
//   ipfs/index.db  ipfs/packs/   blocks (block_store.h)
//   ipfs/apps.db                 what apps hold (holdings.h), and ask of the node (app_tracking.h),
//                                and what of it was announced (announced_roots.h)
//   ipfs/in_use                  locked by a program that reads or writes beside the engine

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>

#include "base/result.h"
#include "io/descriptor.h"
#include "p2p/announced_roots.h"
#include "p2p/app_tracking.h"
#include "p2p/block_store.h"
#include "p2p/file_builder.h"
#include "p2p/holdings.h"

namespace hermes::p2p {

/// The block store with what is pinned in it. Thread-safe.
class Repository {
 public:
  /// Whether blocks may be deleted: by the engine of the home, or who keeps it from starting.
  /// Anyone else reads and adds beside it, and until they end, nothing is deleted.
  enum class Role : std::uint8_t { Owner, Guest };

  static Result<std::unique_ptr<Repository>> open(const std::filesystem::path& home, Role role,
                                                  const BlockStoreOptions& options = {});

  BlockStore& blocks() { return *blocks_; }
  Holdings& holdings() { return *holdings_; }
  AppTracking& tracking() { return *tracking_; }
  AnnouncedRoots& roots() { return *roots_; }

  /// Pins what is below `root` once more for the app; all of it is here, and a lease keeps it.
  Result<> pin(std::string_view app, const Cid& root, const PinLimits& limits);

  /// Deletes what nobody pins until no more than `most` bytes are left; returns how many that
  /// freed. Busy while another program uses the repository.
  Result<std::uint64_t> collect(std::uint64_t most);

 private:
  Repository(Role role, io::Descriptor in_use, std::unique_ptr<BlockStore> blocks,
             std::unique_ptr<Holdings> holdings, std::unique_ptr<AppTracking> tracking,
             std::unique_ptr<AnnouncedRoots> roots);

  const Role role_;
  const io::Descriptor in_use_;
  const std::unique_ptr<Holdings> holdings_;
  const std::unique_ptr<AppTracking> tracking_;
  const std::unique_ptr<AnnouncedRoots> roots_;
  std::mutex collecting_;
  const std::unique_ptr<BlockStore> blocks_;
};

/// The room that a tree takes whose blocks are all here, each block once. NotFound names one that
/// is not. Each block is kept by the lease that the caller has.
Result<std::uint64_t> measure_tree(BlockStore& blocks, const Cid& root);

}  // namespace hermes::p2p
