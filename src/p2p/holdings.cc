#include "p2p/holdings.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/strings.h"
#include "p2p/announced_roots.h"
#include "p2p/durable_database.h"
#include "p2p/sql_rows.h"

namespace hermes::p2p {
namespace {

constexpr auto kTables =
    "CREATE TABLE IF NOT EXISTS pins (app BLOB, cid BLOB, count INTEGER NOT NULL, "
    "bytes INTEGER NOT NULL, PRIMARY KEY (app, cid)) WITHOUT ROWID;";

// The numbers of the first row; none if there is no row.
template <typename... Values>
Result<std::vector<std::uint64_t>> numbers(sqlite3& database, const char* sql,
                                           const Values&... values) {
  std::vector<std::uint64_t> found;
  const auto visit = [&](sqlite3_stmt& row) {
    for (int i = 0; i < sqlite3_column_count(&row); ++i) found.push_back(number_at(row, i));
    return false;
  };
  TRY(select(database, sql, visit, values...));
  return found;
}

// Of an app whose pins are `held`, with one more.
Result<> check(const std::vector<std::uint64_t>& held, std::uint64_t bytes,
               const PinLimits& limits) {
  if (held[0] >= limits.pins) {
    return Error(Code::LimitReached, concat("the app has ", held[0], " pins already"));
  }
  if (bytes > limits.bytes || held[1] > limits.bytes - bytes) {
    return Error(Code::LimitReached, concat("the app has pinned ", held[1], " of ", limits.bytes,
                                            " bytes; this has ", bytes));
  }
  return {};
}

// Of a file in which each pin is noted as a root.
constexpr std::uint64_t kVersion = 1;

Result<bool> is_noted(sqlite3& database) {
  const bool has_none = TRY(numbers(database, "SELECT 1 FROM pins LIMIT 1")).empty();
  return has_none || TRY(numbers(database, "PRAGMA user_version")).at(0) >= kVersion;
}

// Pins of before there were roots are not noted, or not all of one root are.
Result<> note_all(sqlite3& database) {
  if (TRY(is_noted(database))) return {};
  return in_transaction(database, [&]() -> Result<> {
    if (TRY(is_noted(database))) return {};                      // By another process meanwhile.
    std::map<std::string, std::pair<Cid, std::uint64_t>> roots;  // By multihash.
    const auto visit = [&](sqlite3_stmt& row) {
      if (auto cid = Cid::from_bytes(bytes_at(row, 0))) {
        const std::string multihash(cid->multihash());
        ++roots.try_emplace(multihash, *std::move(cid), 0).first->second.second;
      }
      return true;
    };
    TRY(select(database, "SELECT cid FROM pins", visit));
    for (const auto& [multihash, root] : roots) {
      TRY(note_pins(database, root.first, root.second));
    }
    return sql::run(database, concat("PRAGMA user_version = ", kVersion).c_str());
  });
}

}  // namespace

Result<std::unique_ptr<Holdings>> Holdings::open(const std::filesystem::path& file) {
  auto database = TRY(open_durable(file, concat(kTables, kRootTables).c_str()));
  TRY(note_all(*database));
  return std::unique_ptr<Holdings>(new Holdings(std::move(database)));
}

Result<> Holdings::pin(std::string_view app, const Cid& cid, std::uint64_t bytes,
                       const PinLimits& limits) {
  const auto name = cid.bytes();
  return database_.with([&](const sql::Database& held) {
    auto& database = *held;
    return in_transaction(database, [&]() -> Result<> {
      const auto before =
          TRY(numbers(database, "SELECT count FROM pins WHERE app = ?1 AND cid = ?2", app, name));
      if (!before.empty()) {
        return change(database, "UPDATE pins SET count = count + 1 WHERE app = ?1 AND cid = ?2",
                      app, name);
      }
      const auto all = TRY(numbers(
          database, "SELECT count(*), coalesce(sum(bytes), 0) FROM pins WHERE app = ?1", app));
      TRY(check(all, bytes, limits));
      TRY(change(database, "INSERT INTO pins VALUES (?1, ?2, 1, ?3)", app, name, bytes));
      return note_pinned(database, cid);
    });
  });
}

Result<bool> Holdings::unpin(std::string_view app, const Cid& cid) {
  const auto name = cid.bytes();
  return database_.with([&](const sql::Database& held) -> Result<bool> {
    auto& database = *held;
    bool was_pinned = false;
    TRY(in_transaction(database, [&]() -> Result<> {
      TRY(change(database, "UPDATE pins SET count = count - 1 WHERE app = ?1 AND cid = ?2", app,
                 name));
      was_pinned = sqlite3_changes(&database) > 0;
      TRY(change(database, "DELETE FROM pins WHERE app = ?1 AND cid = ?2 AND count = 0", app,
                 name));
      return sqlite3_changes(&database) > 0 ? note_unpinned(database, cid) : Result<>();
    }));
    return was_pinned;
  });
}

Result<std::vector<Pin>> Holdings::pins() {
  return database_.with([&](const sql::Database& database) -> Result<std::vector<Pin>> {
    const auto rows =
        TRY(sql::prepare(*database, "SELECT app, cid, count, bytes FROM pins ORDER BY app, cid"));
    std::vector<Pin> pins;
    TRY(each_row(*database, *rows, [&](sqlite3_stmt& row) {
      auto cid = Cid::from_bytes(bytes_at(row, 1));
      if (!cid) return true;  // Nobody has written that.
      pins.push_back({bytes_at(row, 0), *std::move(cid), number_at(row, 2), number_at(row, 3)});
      return true;
    }));
    return pins;
  });
}

Result<> Holdings::release_all(std::string_view app) {
  return database_.with([&](const sql::Database& held) {
    auto& database = *held;
    return in_transaction(database, [&]() -> Result<> {
      std::vector<std::string> names;
      const auto visit = [&](sqlite3_stmt& row) {
        names.push_back(bytes_at(row, 0));
        return true;
      };
      TRY(select(database, "SELECT cid FROM pins WHERE app = ?1", visit, app));
      for (const auto& name : names) {
        if (const auto cid = Cid::from_bytes(name)) TRY(note_unpinned(database, *cid));
      }
      return change(database, "DELETE FROM pins WHERE app = ?1", app);
    });
  });
}

}  // namespace hermes::p2p
