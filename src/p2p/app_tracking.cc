#include "p2p/app_tracking.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "p2p/durable_database.h"
#include "p2p/sql_rows.h"

namespace hermes::p2p {
namespace {

constexpr auto kTables =
    "CREATE TABLE IF NOT EXISTS names (app BLOB, kind INTEGER, name BLOB, "
    "PRIMARY KEY (app, kind, name)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS records (app BLOB, key BLOB, value BLOB NOT NULL, "
    "sequence INTEGER NOT NULL, PRIMARY KEY (app, key)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS heard (app BLOB, author BLOB, highest INTEGER NOT NULL, "
    "last INTEGER NOT NULL, PRIMARY KEY (app, author)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS life (number INTEGER NOT NULL)";

std::int64_t number_of(UtcTime time) {
  return time.time_since_epoch().count();
}

UtcTime time_of(std::uint64_t number) {
  return UtcTime(std::chrono::nanoseconds(number));
}

// Of apps, as the rows name them.
template <typename... Values>
Result<std::vector<TrackedName>> names_of_apps(sqlite3& database, const char* sql,
                                               const Values&... values) {
  std::vector<TrackedName> names;
  const auto visit = [&](sqlite3_stmt& row) {
    names.push_back({bytes_at(row, 0), bytes_at(row, 1)});
    return true;
  };
  TRY(select(database, sql, visit, values...));
  return names;
}

Result<> forget_heard(sqlite3& database, std::string_view app, UtcTime since) {
  return change(database, "DELETE FROM heard WHERE app = ?1 AND last < ?2", app, number_of(since));
}

struct RecordUse {
  std::size_t records = 0;
  std::size_t bytes = 0;
};

// Of an app's records but the one of that key.
Result<RecordUse> use_of_others(sqlite3& database, std::string_view app, std::string_view key) {
  RecordUse use;
  const auto visit = [&](sqlite3_stmt& row) {
    use = {number_at(row, 0), number_at(row, 1)};
    return false;
  };
  TRY(select(database,
             "SELECT count(*), coalesce(sum(length(key) + length(value)), 0) FROM records "
             "WHERE app = ?1 AND key != ?2",
             visit, app, key));
  return use;
}

Result<> check(const RecordUse& others, std::size_t bytes, const RecordLimits& limits) {
  if (others.records >= limits.records) {
    return Error(Code::LimitReached, concat("the app has ", others.records, " records already"));
  }
  if (bytes > limits.bytes || others.bytes > limits.bytes - bytes) {
    return Error(Code::LimitReached, concat("the other records of the app have ", others.bytes,
                                            " of ", limits.bytes, " bytes; this has ", bytes));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<AppTracking>> AppTracking::open(const std::filesystem::path& file) {
  auto database = TRY(open_durable(file, kTables));
  return std::unique_ptr<AppTracking>(new AppTracking(std::move(database)));
}

Result<bool> AppTracking::add(Tracked kind, std::string_view app, std::string_view name,
                              std::size_t most) {
  return database_.with([&](const sql::Database& held) -> Result<bool> {
    auto& database = *held;
    bool is_new = false;
    TRY(in_transaction(database, [&]() -> Result<> {
      TRY(change(database, "INSERT OR IGNORE INTO names VALUES (?1, ?2, ?3)", app, kind, name));
      is_new = sqlite3_changes(&database) > 0;
      std::size_t count = 0;
      const auto visit = [&](sqlite3_stmt& row) {
        count = number_at(row, 0);
        return false;
      };
      TRY(select(database, "SELECT count(*) FROM names WHERE app = ?1 AND kind = ?2", visit, app,
                 kind));
      if (!is_new || count <= most) return {};
      return Error(Code::LimitReached, concat("the app has ", most, " of them already"));
    }));
    return is_new;
  });
}

Result<bool> AppTracking::remove(Tracked kind, std::string_view app, std::string_view name) {
  return database_.with([&](const sql::Database& database) -> Result<bool> {
    TRY(change(*database, "DELETE FROM names WHERE app = ?1 AND kind = ?2 AND name = ?3", app, kind,
               name));
    return sqlite3_changes(database.get()) > 0;
  });
}

Result<std::vector<std::string>> AppTracking::names(Tracked kind, std::string_view app) {
  return database_.with([&](const sql::Database& database) -> Result<std::vector<std::string>> {
    std::vector<std::string> names;
    const auto visit = [&](sqlite3_stmt& row) {
      names.push_back(bytes_at(row, 0));
      return true;
    };
    TRY(select(*database, "SELECT name FROM names WHERE app = ?1 AND kind = ?2 ORDER BY name",
               visit, app, kind));
    return names;
  });
}

Result<std::vector<TrackedName>> AppTracking::all(Tracked kind) {
  return database_.with([&](const sql::Database& database) {
    return names_of_apps(*database,
                         "SELECT app, name FROM names WHERE kind = ?1 ORDER BY app, name", kind);
  });
}

Result<std::int64_t> AppTracking::put_record(std::string_view app, std::string_view key,
                                             std::string_view value, std::int64_t least,
                                             const RecordLimits& limits) {
  return database_.with([&](const sql::Database& held) -> Result<std::int64_t> {
    auto& database = *held;
    auto sequence = least;
    TRY(in_transaction(database, [&]() -> Result<> {
      const auto others = TRY(use_of_others(database, app, key));
      TRY(check(others, key.size() + value.size(), limits));
      const auto visit = [&](sqlite3_stmt& row) {
        sequence = std::max<std::int64_t>(least, sqlite3_column_int64(&row, 0) + 1);
        return false;
      };
      TRY(select(database, "SELECT sequence FROM records WHERE app = ?1 AND key = ?2", visit, app,
                 key));
      return change(database, "INSERT OR REPLACE INTO records VALUES (?1, ?2, ?3, ?4)", app, key,
                    value, sequence);
    }));
    return sequence;
  });
}

Result<std::optional<TrackedRecord>> AppTracking::record(std::string_view app,
                                                         std::string_view key) {
  using Found = std::optional<TrackedRecord>;
  return database_.with([&](const sql::Database& database) -> Result<Found> {
    Found found;
    const auto visit = [&](sqlite3_stmt& row) {
      found = TrackedRecord{std::string(key), bytes_at(row, 0), sqlite3_column_int64(&row, 1)};
      return false;
    };
    TRY(select(*database, "SELECT value, sequence FROM records WHERE app = ?1 AND key = ?2", visit,
               app, key));
    return found;
  });
}

Result<std::vector<std::string>> AppTracking::record_keys(std::string_view app) {
  return database_.with([&](const sql::Database& database) -> Result<std::vector<std::string>> {
    std::vector<std::string> keys;
    const auto visit = [&](sqlite3_stmt& row) {
      keys.push_back(bytes_at(row, 0));
      return true;
    };
    TRY(select(*database, "SELECT key FROM records WHERE app = ?1 ORDER BY key", visit, app));
    return keys;
  });
}

Result<std::vector<TrackedName>> AppTracking::all_record_keys() {
  return database_.with([](const sql::Database& database) {
    return names_of_apps(*database, "SELECT app, key FROM records ORDER BY app, key");
  });
}

Result<> AppTracking::set_heard(std::string_view app, const std::map<std::string, Heard>& authors,
                                UtcTime since) {
  return database_.with([&](const sql::Database& held) {
    auto& database = *held;
    return in_transaction(database, [&]() -> Result<> {
      TRY(forget_heard(database, app, since));
      for (const auto& [author, heard] : authors) {
        TRY(change(database,
                   "INSERT INTO heard VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET "
                   "highest = max(highest, excluded.highest), last = max(last, excluded.last)",
                   app, author, heard.highest, number_of(heard.last)));
      }
      return {};
    });
  });
}

Result<std::map<std::string, Heard>> AppTracking::heard(std::string_view app, UtcTime since) {
  using Authors = std::map<std::string, Heard>;
  return database_.with([&](const sql::Database& database) -> Result<Authors> {
    TRY(forget_heard(*database, app, since));
    Authors authors;
    const auto visit = [&](sqlite3_stmt& row) {
      authors.emplace(bytes_at(row, 0), Heard{number_at(row, 1), time_of(number_at(row, 2))});
      return true;
    };
    TRY(select(*database, "SELECT author, highest, last FROM heard WHERE app = ?1", visit, app));
    return authors;
  });
}

Result<std::uint64_t> AppTracking::next_life(std::uint64_t least) {
  return database_.with([&](const sql::Database& held) -> Result<std::uint64_t> {
    auto& database = *held;
    auto life = least;
    TRY(in_transaction(database, [&]() -> Result<> {
      const auto visit = [&](sqlite3_stmt& row) {
        life = std::max(least, number_at(row, 0) + 1);
        return false;
      };
      TRY(select(database, "SELECT number FROM life", visit));
      TRY(change(database, "DELETE FROM life"));
      return change(database, "INSERT INTO life VALUES (?1)", life);
    }));
    return life;
  });
}

Result<std::vector<std::string>> AppTracking::apps() {
  return database_.with([](const sql::Database& database) -> Result<std::vector<std::string>> {
    std::vector<std::string> apps;
    const auto visit = [&](sqlite3_stmt& row) {
      apps.push_back(bytes_at(row, 0));
      return true;
    };
    TRY(select(*database,
               "SELECT app FROM names UNION SELECT app FROM records UNION SELECT app FROM heard",
               visit));
    return apps;
  });
}

Result<> AppTracking::release_all(std::string_view app) {
  return database_.with([&](const sql::Database& held) {
    auto& database = *held;
    return in_transaction(database, [&]() -> Result<> {
      for (const auto* sql :
           {"DELETE FROM names WHERE app = ?1", "DELETE FROM records WHERE app = ?1",
            "DELETE FROM heard WHERE app = ?1"}) {
        TRY(change(database, sql, app));
      }
      return {};
    });
  });
}

}  // namespace hermes::p2p
