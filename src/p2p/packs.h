#pragma once

// Blocks on disk, one behind the other, in files of a gigabyte: `packs/7.pack`. What is where, the
// index knows; a pack holds nothing but the blocks.
//
//   pack 7  │ block │ block │  hole  │ block │ …
//
// A block is written behind the last one. What is deleted becomes a hole, which takes no room on
// the disk. Two processes never write to one pack: each locks its own.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "io/descriptor.h"

namespace hermes::p2p {

/// Where a block is.
struct Place {
  std::uint32_t pack;
  std::uint64_t offset;
  std::uint32_t size;

  auto operator<=>(const Place&) const = default;
};

/// All packs of a store. Thread-safe.
class Packs {
 public:
  /// `end_of` says where the last block of a pack ends: what a killed process has left behind it is
  /// cut off.
  static Result<std::unique_ptr<Packs>> open(
      std::filesystem::path directory,
      const std::function<Result<std::uint64_t>(std::uint32_t pack)>& end_of,
      std::uint64_t pack_bytes = std::uint64_t{1} << 30U);

  /// Writes a block behind the others. It is on disk for good after the next `sync`.
  Result<Place> append(std::string_view block);

  /// Fails where the disk did. The kernel says so once, may have dropped what it could not write,
  /// and would call the next try a success: that pack has failed, and takes no more blocks.
  Result<> sync();

  /// Whether what was written to the pack since the last `sync` may be lost.
  bool has_failed(std::uint32_t pack) const;

  Result<> read(const Place& place, std::string& into);

  /// Makes holes of all that is not at these places, which are sorted; a pack without any goes. No
  /// block is appended or read meanwhile.
  Result<> keep_only(std::uint32_t pack, const std::vector<Place>& places);

 private:
  using File = std::shared_ptr<const io::Descriptor>;
  struct State {
    std::uint32_t current = 0;  // The pack that is written to, as the next two.
    File file = nullptr;
    std::uint64_t end = 0;
    std::set<std::uint32_t> unsynced = {};
    std::set<std::uint32_t> failed = {};
    std::map<std::uint32_t, File> open = {};
  };

  Packs(std::filesystem::path directory, std::uint64_t pack_bytes)
      : directory_(std::move(directory)), pack_bytes_(pack_bytes) {}

  std::filesystem::path path_of(std::uint32_t pack) const;
  static void end_pack(State& state);
  Result<> begin_pack(State& state);
  Result<File> file_of(std::uint32_t pack);

  const std::filesystem::path directory_;
  const std::uint64_t pack_bytes_;
  Guarded<State> state_;
};

}  // namespace hermes::p2p
