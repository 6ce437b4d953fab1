#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "base/time.h"
#include "p2p/cid.h"
#include "p2p/libp2p_types.h"
#include "sql/database.h"

namespace hermes::p2p {

/// The roots of what is pinned, and when each of the hash tables of IPFS is to be told of them: it
/// outlives the engine. Names are multihashes, under which content is looked for, whatever the
/// version of its CID. Thread-safe; several processes may have it open.
class AnnouncedRoots {
 public:
  struct Root {
    std::string multihash;
    bool is_pinned;  // Else it is to be withdrawn.
  };

  struct Counts {
    std::size_t roots;      // That are pinned.
    std::size_t announced;  // Of these, in one of the tables, and not so long ago that it forgot.
  };

  static Result<std::unique_ptr<AnnouncedRoots>> open(const std::filesystem::path& file);

  /// Those of which the table is to be told by now, the most overdue first.
  Result<std::vector<Root>> due(Dht dht, UtcTime now, std::size_t most);

  /// The table was told of them `now`, and is to be told again after the period.
  Result<> told(Dht dht, const std::vector<std::string>& multihashes, UtcTime now);

  /// It was not, and is to be told later.
  Result<> put_off(Dht dht, const std::vector<std::string>& multihashes, UtcTime until);

  /// They are withdrawn from the table. What has been pinned again meanwhile stays.
  Result<> forget(Dht dht, const std::vector<std::string>& multihashes);

  /// The table is to be told of all of them anew.
  Result<> renew(Dht dht);

  Result<Counts> counts(UtcTime now);

  /// Others keep what they were told for 48 hours, and some of them leave.
  static constexpr std::chrono::hours kPeriod{22};
  static constexpr std::chrono::hours kLife{48};

 private:
  explicit AnnouncedRoots(sql::Database database) : database_(std::move(database)) {}

  template <typename... Values>
  Result<> change_each(const char* sql, Dht dht, const std::vector<std::string>& multihashes,
                       const Values&... values);

  Guarded<sql::Database> database_;
};

/// For who keeps pins, in the same file and transaction: an app has pinned it, or it is no longer
/// pinned by one.
Result<> note_pinned(sqlite3& database, const Cid& root);
Result<> note_unpinned(sqlite3& database, const Cid& root);

/// So many pins there are of it, whatever was noted before.
Result<> note_pins(sqlite3& database, const Cid& root, std::uint64_t pins);

/// What makes the tables that the file has for that.
inline constexpr auto kRootTables =
    // A row for each root and table of IPFS. `pins` counts who pins it, and is 0 where it is to be
    // withdrawn; times are of UTC, 0 for one that never was, or is at once.
    "CREATE TABLE IF NOT EXISTS roots (multihash BLOB, dht INTEGER, pins INTEGER NOT NULL, "
    "told INTEGER NOT NULL, due INTEGER NOT NULL, PRIMARY KEY (multihash, dht)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS roots_due ON roots (dht, due);";

}  // namespace hermes::p2p
