#include "p2p/block_index.h"

#include <utility>

#include "p2p/durable_database.h"
#include "p2p/sql_rows.h"

namespace hermes::p2p {
namespace {

constexpr auto kTables =
    "CREATE TABLE IF NOT EXISTS blocks (hash BLOB PRIMARY KEY, pack INTEGER NOT NULL, "
    "place INTEGER NOT NULL, size INTEGER NOT NULL, has_links INTEGER NOT NULL, "
    "stamp INTEGER NOT NULL) WITHOUT ROWID; "
    "CREATE INDEX IF NOT EXISTS blocks_by_pack ON blocks (pack, place); "
    "CREATE INDEX IF NOT EXISTS blocks_by_stamp ON blocks (stamp)";

BlockEntry entry_at(sqlite3_stmt& row, int column) {
  return {{static_cast<std::uint32_t>(number_at(row, column)), number_at(row, column + 1),
           static_cast<std::uint32_t>(number_at(row, column + 2))},
          number_at(row, column + 3) != 0,
          number_at(row, column + 4)};
}

}  // namespace

Result<std::unique_ptr<BlockIndex>> BlockIndex::open(const std::filesystem::path& file) {
  auto reading = TRY(open_durable(file, kTables));
  auto find = TRY(sql::prepare(
      *reading, "SELECT pack, place, size, has_links, stamp FROM blocks WHERE hash = ?1"));
  auto writing = TRY(open_durable(file, kTables));
  auto add =
      TRY(sql::prepare(*writing, "INSERT OR IGNORE INTO blocks VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
  auto stamp = TRY(sql::prepare(*writing, "UPDATE blocks SET stamp = ?1 WHERE hash = ?2"));
  auto remove = TRY(sql::prepare(*writing, "DELETE FROM blocks WHERE hash = ?1"));
  return std::unique_ptr<BlockIndex>(
      new BlockIndex({std::move(reading), std::move(find)},
                     {std::move(writing), std::move(add), std::move(stamp), std::move(remove)}));
}

Result<std::optional<BlockEntry>> BlockIndex::find(std::string_view multihash) {
  return reader_.with([&](Reader& reader) -> Result<std::optional<BlockEntry>> {
    std::optional<BlockEntry> found;
    bind_values(*reader.find, multihash);
    TRY(each_row(*reader.database, *reader.find, [&](sqlite3_stmt& row) {
      found = entry_at(row, 0);
      return false;
    }));
    return found;
  });
}

Result<> BlockIndex::add(const std::vector<Named>& blocks, const std::set<std::string>& stamped,
                         std::uint64_t stamp) {
  return writer_.with([&](Writer& writer) {
    auto& database = *writer.database;
    return in_transaction(database, [&]() -> Result<> {
      for (const auto& [multihash, entry] : blocks) {
        const auto& [pack, offset, size] = entry.place;
        bind_values(*writer.add, multihash, pack, offset, size, entry.has_links, entry.stamp);
        TRY(run_once(database, *writer.add));
      }
      for (const auto& multihash : stamped) {
        bind_values(*writer.stamp, stamp, multihash);
        TRY(run_once(database, *writer.stamp));
      }
      return {};
    });
  });
}

Result<> BlockIndex::remove(const std::vector<std::string>& multihashes) {
  return writer_.with([&](Writer& writer) {
    auto& database = *writer.database;
    return in_transaction(database, [&]() -> Result<> {
      for (const auto& multihash : multihashes) {
        bind_values(*writer.remove, multihash);
        TRY(run_once(database, *writer.remove));
      }
      return {};
    });
  });
}

Result<> BlockIndex::each_before(std::uint64_t stamp,
                                 const std::function<bool(const Named&)>& visit) {
  return reader_.with([&](Reader& reader) -> Result<> {
    const auto rows =
        TRY(sql::prepare(*reader.database,
                         "SELECT hash, pack, place, size, has_links, stamp FROM blocks "
                         "WHERE stamp < ?1 ORDER BY stamp"));
    bind_values(*rows, stamp);
    return each_row(*reader.database, *rows,
                    [&](sqlite3_stmt& row) { return visit({bytes_at(row, 0), entry_at(row, 1)}); });
  });
}

Result<std::vector<Place>> BlockIndex::places_in(std::uint32_t pack) {
  return reader_.with([&](Reader& reader) -> Result<std::vector<Place>> {
    const auto rows = TRY(sql::prepare(
        *reader.database, "SELECT pack, place, size FROM blocks WHERE pack = ?1 ORDER BY place"));
    bind_values(*rows, pack);
    std::vector<Place> places;
    TRY(each_row(*reader.database, *rows, [&](sqlite3_stmt& row) {
      places.push_back({pack, number_at(row, 1), static_cast<std::uint32_t>(number_at(row, 2))});
      return true;
    }));
    return places;
  });
}

Result<BlockIndex::Totals> BlockIndex::totals() {
  return reader_.with([&](Reader& reader) -> Result<Totals> {
    const auto rows = TRY(sql::prepare(
        *reader.database,
        "SELECT count(*), coalesce(sum(size), 0), coalesce(max(stamp), 0) FROM blocks"));
    Totals totals{};
    TRY(each_row(*reader.database, *rows, [&](sqlite3_stmt& row) {
      totals = {number_at(row, 0), number_at(row, 1), number_at(row, 2)};
      return false;
    }));
    return totals;
  });
}

}  // namespace hermes::p2p
