#include "extensions/kv_store/disk.h"

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "base/strings.h"

namespace hermes::kv_store {
namespace {

using namespace wit::kv_store::kv_values;

constexpr int kLogPages = 1'000;
constexpr int kMostLogPages = 16'000;  // Then writers wait.

constexpr int kPatience = 500;  // In milliseconds, with a foreign program that reads the file.

constexpr auto kFile = "keys.db";
constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
constexpr auto kSettings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0; "
    "CREATE TABLE IF NOT EXISTS keys "
    "(key BLOB PRIMARY KEY, type INTEGER NOT NULL, value NOT NULL) WITHOUT ROWID";
constexpr auto kPut =
    "INSERT INTO keys VALUES (?1, ?2, ?3) "
    "ON CONFLICT DO UPDATE SET type = excluded.type, value = excluded.value";

// `data` stays until the statement is reset.
int bind_bytes(sqlite3_stmt& statement, int index, const void* data, std::size_t size) {
  if (size == 0) return sqlite3_bind_zeroblob(&statement, index, 0);
  return sqlite3_bind_blob64(&statement, index, data, size, SQLITE_STATIC);
}

// Numbers by their 64 bits, the others by their bytes.
int bind_value(sqlite3_stmt& statement, int index, const Value& value) {
  const auto bind = [&](const auto& content) {
    if constexpr (requires { content.value.size(); }) {
      return bind_bytes(statement, index, content.value.data(), content.value.size());
    } else {
      return sqlite3_bind_int64(&statement, index, std::bit_cast<std::int64_t>(content.value));
    }
  };
  return std::visit(bind, value);
}

std::span<const char> bytes(sqlite3_stmt& statement, int index) {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(&statement, index));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(&statement, index))};
}

template <typename Case>
Value read_case(sqlite3_stmt& statement, int index) {
  using Content = decltype(Case::value);
  if constexpr (requires(Content content) { content.size(); }) {
    const auto content = bytes(statement, index);
    return Case{Content(content.begin(), content.end())};
  } else {
    return Case{std::bit_cast<Content>(sqlite3_column_int64(&statement, index))};
  }
}

// Nullopt where the columns hold no value.
template <std::size_t... I>
MaybeValue read_value(sqlite3_stmt& statement, int type, int value, std::index_sequence<I...>) {
  MaybeValue read;
  const auto number = sqlite3_column_int64(&statement, type);
  const auto read_if = [&]<std::size_t kCase>() {
    if (number != kCase) return;
    read = read_case<std::variant_alternative_t<kCase, Value>>(statement, value);
  };
  (read_if.template operator()<I>(), ...);
  return read;
}

}  // namespace

Result<std::unique_ptr<Disk>> Disk::open(const std::filesystem::path& directory) {
  const auto file = directory / kFile;
  auto database = TRY(sql::open(file, kFlags));
  sqlite3_busy_timeout(database.get(), kPatience);
  TRY(sql::run(*database, kSettings).context(file.native()));
  auto put = TRY(sql::prepare(*database, kPut));
  auto remove = TRY(sql::prepare(*database, "DELETE FROM keys WHERE key = ?1"));
  auto tidier = TRY(sql::open(file, kFlags));
  // It knows of the log once it has read.
  TRY(sql::run(*tidier, "SELECT count(*) FROM sqlite_schema").context(file.native()));
  return std::unique_ptr<Disk>(
      new Disk({std::move(database), std::move(put), std::move(remove)}, std::move(tidier)));
}

Disk::Disk(Writer writer, sql::Database tidier)
    : writer_(std::move(writer)), tidier_(std::move(tidier)) {
  writer_.with([&](Writer& w) { sqlite3_wal_hook(w.database.get(), &committed, this); });
}

Result<> Disk::read_all(const std::function<void(std::string key, Value value)>& read) {
  return writer_.with([&](Writer& writer) -> Result<> {
    const auto rows = TRY(sql::prepare(*writer.database, "SELECT key, type, value FROM keys"));
    constexpr std::make_index_sequence<std::variant_size_v<Value>> kCases;
    for (;;) {
      const auto code = sqlite3_step(rows.get());
      if (code == SQLITE_DONE) return {};
      if (code != SQLITE_ROW) return sql::error_of(*writer.database);
      const auto key = bytes(*rows, 0);
      auto value = read_value(*rows, 1, 2, kCases);
      if (!value) return Error(Code::Corrupt, concat("a key has no value that is known"));
      read({key.begin(), key.end()}, *std::move(value));
    }
  });
}

Result<> Disk::write(std::string_view key, const MaybeValue& value) {
  return writer_.with([&](Writer& writer) -> Result<> {
    auto& statement = value ? *writer.put : *writer.remove;
    bind_bytes(statement, 1, key.data(), key.size());
    if (value) {
      sqlite3_bind_int64(&statement, 2, static_cast<std::int64_t>(value->index()));
      bind_value(statement, 3, *value);
    }
    return writer.run(statement);
  });
}

Result<> Disk::Writer::run(sqlite3_stmt& statement) {
  const auto code = sqlite3_step(&statement);
  auto ended = code == SQLITE_DONE ? Result<>() : Result<>(sql::error_of(*database));
  sqlite3_reset(&statement);
  sqlite3_clear_bindings(&statement);
  return ended;
}

void Disk::tidy() {
  const auto pages = log_pages_.load();
  if (pages < kLogPages || tidying_.exchange(true)) return;
  // What stays in the log, the next time will put in its place.
  const auto put_in_place = [](const sql::Database& database, int mode) {
    static_cast<void>(sqlite3_wal_checkpoint_v2(database.get(), nullptr, mode, nullptr, nullptr));
  };
  if (pages < kMostLogPages) {
    put_in_place(tidier_, SQLITE_CHECKPOINT_PASSIVE);
  } else {
    writer_.with([&](Writer& w) { put_in_place(w.database, SQLITE_CHECKPOINT_TRUNCATE); });
  }
  log_pages_ = 0;
  tidying_ = false;
}

int Disk::committed(void* self, sqlite3*, const char*, int pages) noexcept {
  static_cast<Disk*>(self)->log_pages_ = pages;
  return SQLITE_OK;
}

}  // namespace hermes::kv_store
