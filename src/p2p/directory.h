#pragma once

// Directories, and paths through them: /ipfs/<cid>/docs/index.html.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "p2p/blocks.h"
#include "p2p/cid.h"
#include "p2p/file_builder.h"

namespace hermes::p2p {

/// An entry of a directory.
struct DirectoryEntry {
  std::string name;
  Cid cid;
  std::uint64_t size;  // Of all its blocks, as the directory says.
};

/// The entry of that name in a directory, of either kind. NotFound if there is none, or a block is
/// not there; InvalidArgument for what is no directory.
Result<Cid> find_entry(BlockSource& blocks, const Cid& directory, std::string_view name);

/// All of them, sorted by name; LimitReached for more than `most`.
Result<std::vector<DirectoryEntry>> list_directory(BlockSource& blocks, const Cid& directory,
                                                   std::size_t most);

/// Puts a directory that fits into one block. LimitReached where it does not.
Result<BuiltTree> put_directory(BlockSink& sink, std::vector<DirectoryEntry> entries,
                                int cid_version);

/// A path that was read: `/ipfs/<cid>[/name…]`, or a CID alone.
struct ContentPath {
  Cid root;
  std::vector<std::string> names;

  static Result<ContentPath> parse(std::string_view text);
};

/// What a path leads to.
Result<Cid> resolve(BlockSource& blocks, const ContentPath& path);

}  // namespace hermes::p2p
