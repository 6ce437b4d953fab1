#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "p2p/packs.h"
#include "sql/database.h"

namespace hermes::p2p {

/// What is known of a block.
struct BlockEntry {
  Place place;
  bool has_links = false;
  std::uint64_t stamp = 0;  // Grows from lease to lease: when it was last put.
};

/// Which blocks a store has, and where, by multihash. On disk; what a function has changed stays,
/// also when power is lost. Thread-safe.
class BlockIndex {
 public:
  struct Named {
    std::string multihash;
    BlockEntry entry;
  };

  static Result<std::unique_ptr<BlockIndex>> open(const std::filesystem::path& file);

  Result<std::optional<BlockEntry>> find(std::string_view multihash);

  /// Adds blocks, and stamps others anew, in one step.
  Result<> add(const std::vector<Named>& blocks, const std::set<std::string>& stamped,
               std::uint64_t stamp);

  Result<> remove(const std::vector<std::string>& multihashes);

  /// Those with an older stamp, oldest first, until `visit` says false.
  Result<> each_before(std::uint64_t stamp, const std::function<bool(const Named&)>& visit);

  /// All places in a pack, sorted.
  Result<std::vector<Place>> places_in(std::uint32_t pack);

  struct Totals {
    std::uint64_t blocks;
    std::uint64_t bytes;
    std::uint64_t last_stamp;
  };
  Result<Totals> totals();

 private:
  struct Reader {
    sql::Database database;
    sql::Statement find;
  };
  struct Writer {
    sql::Database database;
    sql::Statement add;
    sql::Statement stamp;
    sql::Statement remove;
  };

  BlockIndex(Reader reader, Writer writer)
      : reader_(std::move(reader)), writer_(std::move(writer)) {}

  Guarded<Reader> reader_;
  Guarded<Writer> writer_;
};

}  // namespace hermes::p2p
