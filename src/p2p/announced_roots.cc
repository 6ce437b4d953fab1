#include "p2p/announced_roots.h"

#include <array>
#include <utility>

#include "p2p/durable_database.h"
#include "p2p/sql_rows.h"

namespace hermes::p2p {
namespace {

constexpr std::array kDhts{Dht::Wan, Dht::Lan};

std::int64_t number_of(UtcTime time) {
  return time.time_since_epoch().count();
}

}  // namespace

Result<std::unique_ptr<AnnouncedRoots>> AnnouncedRoots::open(const std::filesystem::path& file) {
  auto database = TRY(open_durable(file, kRootTables));
  return std::unique_ptr<AnnouncedRoots>(new AnnouncedRoots(std::move(database)));
}

// One that is due later than it can be is so because the clock was set back.
Result<std::vector<AnnouncedRoots::Root>> AnnouncedRoots::due(Dht dht, UtcTime now,
                                                              std::size_t most) {
  return database_.with([&](const sql::Database& database) -> Result<std::vector<Root>> {
    std::vector<Root> roots;
    const auto visit = [&](sqlite3_stmt& row) {
      roots.push_back({bytes_at(row, 0), number_at(row, 1) > 0});
      return true;
    };
    TRY(select(*database,
               "SELECT multihash, pins FROM roots WHERE dht = ?1 AND (due <= ?2 OR due > ?3) "
               "ORDER BY due LIMIT ?4",
               visit, dht, number_of(now), number_of(now + kPeriod), most));
    return roots;
  });
}

Result<> AnnouncedRoots::told(Dht dht, const std::vector<std::string>& multihashes, UtcTime now) {
  return change_each(
      "UPDATE roots SET told = ?3, due = ?4 WHERE dht = ?1 AND multihash = ?2 AND pins > 0", dht,
      multihashes, number_of(now), number_of(now + kPeriod));
}

Result<> AnnouncedRoots::put_off(Dht dht, const std::vector<std::string>& multihashes,
                                 UtcTime until) {
  return change_each("UPDATE roots SET due = ?3 WHERE dht = ?1 AND multihash = ?2", dht,
                     multihashes, number_of(until));
}

Result<> AnnouncedRoots::forget(Dht dht, const std::vector<std::string>& multihashes) {
  return change_each("DELETE FROM roots WHERE dht = ?1 AND multihash = ?2 AND pins = 0", dht,
                     multihashes);
}

Result<> AnnouncedRoots::renew(Dht dht) {
  return database_.with([&](const sql::Database& database) {
    return change(*database, "UPDATE roots SET due = 0 WHERE dht = ?1", dht);
  });
}

Result<AnnouncedRoots::Counts> AnnouncedRoots::counts(UtcTime now) {
  return database_.with([&](const sql::Database& database) -> Result<Counts> {
    Counts counts{};
    const auto visit = [&](sqlite3_stmt& row) {
      counts = {number_at(row, 0), number_at(row, 1)};
      return false;
    };
    TRY(select(*database,
               "SELECT count(*), coalesce(sum(latest > ?1), 0) FROM "
               "(SELECT max(told) AS latest FROM roots WHERE pins > 0 GROUP BY multihash)",
               visit, number_of(now - kLife)));
    return counts;
  });
}

template <typename... Values>
Result<> AnnouncedRoots::change_each(const char* sql, Dht dht,
                                     const std::vector<std::string>& multihashes,
                                     const Values&... values) {
  return database_.with([&](const sql::Database& held) {
    auto& database = *held;
    return in_transaction(database, [&]() -> Result<> {
      for (const auto& multihash : multihashes) {
        TRY(change(database, sql, dht, multihash, values...));
      }
      return {};
    });
  });
}

// What a name holds itself, nobody looks for.
Result<> note_pinned(sqlite3& database, const Cid& root) {
  if (root.inlined() != nullptr) return {};
  for (const auto dht : kDhts) {
    TRY(change(database,
               "INSERT INTO roots VALUES (?1, ?2, 1, 0, 0) ON CONFLICT DO UPDATE SET "
               "due = CASE pins WHEN 0 THEN 0 ELSE due END, pins = pins + 1",
               root.multihash(), dht));
  }
  return {};
}

Result<> note_unpinned(sqlite3& database, const Cid& root) {
  return change(database,
                "UPDATE roots SET due = CASE pins WHEN 1 THEN 0 ELSE due END, pins = pins - 1 "
                "WHERE multihash = ?1",
                root.multihash());
}

Result<> note_pins(sqlite3& database, const Cid& root, std::uint64_t pins) {
  if (root.inlined() != nullptr) return {};
  for (const auto dht : kDhts) {
    TRY(change(database,
               "INSERT INTO roots VALUES (?1, ?2, ?3, 0, 0) ON CONFLICT DO UPDATE SET "
               "due = CASE pins WHEN 0 THEN 0 ELSE due END, pins = excluded.pins",
               root.multihash(), dht, pins));
  }
  return {};
}

}  // namespace hermes::p2p
