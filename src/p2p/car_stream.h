#pragma once

// Blocks one behind the other, with their names: a CAR of version 1, as https://ipld.io has it.
//
//   varint size │ CBOR {roots: [CID], version: 1}
//   varint size │ CID │ block                        … for each block

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "p2p/blocks.h"
#include "p2p/directory.h"

namespace hermes::p2p {

/// Which bytes of a file are asked for, both ends among them; from its end where negative.
struct EntityBytes {
  std::int64_t from = 0;
  std::optional<std::int64_t> to = std::nullopt;  // Nullopt: to its end.
};

/// What a CAR holds behind the blocks that a path leads through.
struct CarShape {
  /// The block where it ends; the whole file, or what it takes to list the directory; or all below.
  enum class Scope : std::uint8_t { Block, Entity, All };
  Scope scope = Scope::All;
  std::optional<EntityBytes> bytes = std::nullopt;  // Of a file, in the scope Entity.
  bool duplicates = false;                          // A block as often as it is linked to, or once.
};

/// Writes a CAR piece by piece, depth first, while it is read.
class CarStream {
 public:
  /// Resolves the path. NotFound where it leads nowhere, or to a block that is not there;
  /// InvalidArgument for bytes that the file does not have. `blocks` outlives it.
  static Result<CarStream> open(BlockSource& blocks, const ContentPath& path,
                                const CarShape& shape);

  /// The CIDs of the path, first that of its root and last that of where it ends.
  const std::vector<Cid>& segments() const { return segments_; }

  /// The next bytes: of a few blocks, or one that is large; empty at the end. An error where a
  /// block is not there, and LimitReached past a million of them: then the CAR is cut short.
  Result<std::string> next();

 private:
  struct Item {
    Cid cid;
    std::uint64_t begin = 0;  // Where in the file what it holds begins.
  };
  struct Range {
    std::uint64_t begin;
    std::uint64_t end;
  };

  CarStream(BlockSource& blocks, const CarShape& shape) : blocks_(&blocks), shape_(shape) {}

  Result<> find_range(const Cid& file);
  Result<> append_next(std::string& to);
  Result<> push_children(const Item& item, const std::string& block);

  BlockSource* blocks_;
  CarShape shape_;
  std::vector<Cid> segments_;
  std::vector<Cid> path_;  // Blocks that the path leads through, the next one last.
  std::optional<Range> range_;
  std::vector<Item> todo_;  // The next one last.
  std::unordered_set<std::string> seen_;
  std::uint64_t blocks_sent_ = 0;
  bool has_begun_ = false;
};

}  // namespace hermes::p2p
