#pragma once

// What files and directories are as data of dag-pb blocks.
//
// A file is a tree: its leaves hold its bytes, and a node above them lists what its children hold.
// A directory links to its entries by name; a large one is split over a trie of hashes (HAMT).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hermes::p2p {

/// The data of a dag-pb block of UnixFS. Views point into the block.
struct UnixFs {
  enum class Type : std::uint8_t { Raw, Directory, File, Metadata, Symlink, HamtShard };

  Type type;
  std::optional<std::string_view> data = std::nullopt;
  std::optional<std::uint64_t> file_size = std::nullopt;  // With all below it.
  std::vector<std::uint64_t> block_sizes = {};            // For each link.
  std::optional<std::uint64_t> hash_type = std::nullopt;  // Of a HamtShard, as the next.
  std::optional<std::uint64_t> fanout = std::nullopt;

  static Result<UnixFs> decode(std::string_view data);

  std::string encode() const;

  bool operator==(const UnixFs&) const = default;
};

/// What `encode` puts before and behind the data of a leaf of a file, which has so many bytes.
struct AroundData {
  std::string before;
  std::string behind;
};
AroundData around_data(std::uint64_t size);

}  // namespace hermes::p2p
