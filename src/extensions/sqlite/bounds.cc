#include "extensions/sqlite/bounds.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "sql/database.h"

namespace hermes::sqlite {
namespace {

// Bytes that one pass may read. Arithmetic on text, which takes longest, reads one in a nanosecond.
constexpr std::size_t kPass = 4'000'000'000;

// A program of fewer bytes is not counted through. An instruction takes 24, beside its operands.
constexpr std::size_t kInstructionBytes = 24;

constexpr std::size_t kLeastValueBytes = 1'000;
constexpr int kMostInstructions = 250'000'000;  // By SQLite itself.

constexpr std::string_view kExplain = "EXPLAIN ";
static_assert(kExplain.size() == Bounds::kAddedSql);

std::size_t program_bytes(sqlite3_stmt& statement) {
  const auto all = sqlite3_stmt_status(&statement, SQLITE_STMTSTATUS_MEMUSED, 0);
  const auto text = std::strlen(sqlite3_sql(&statement));
  return std::max(static_cast<std::size_t>(all), text) - text;
}

// As SQLite explains them, one in each row, those of triggers too; as many as there can be in that
// many bytes where it does not.
std::size_t count_instructions(sqlite3& database, sqlite3_stmt& statement, std::size_t bytes) {
  const auto explained = sql::prepare(database, concat(kExplain, sqlite3_sql(&statement)).c_str());
  if (!explained) return bytes / kInstructionBytes;
  std::size_t count = 0;
  auto code = SQLITE_ROW;
  while ((code = sqlite3_step(explained->get())) == SQLITE_ROW) ++count;
  return code == SQLITE_DONE ? count : bytes / kInstructionBytes;
}

int to_int(std::size_t number) {
  return static_cast<int>(std::min<std::size_t>(number, std::numeric_limits<int>::max()));
}

}  // namespace

Bounds Bounds::of_preparing(std::size_t value_bytes) {
  return {to_int(value_bytes), kMostInstructions};
}

Bounds Bounds::of(sqlite3& database, sqlite3_stmt& statement, std::size_t value_bytes) {
  const auto fitting = std::max<std::size_t>(1, kPass / value_bytes);
  const auto bytes = program_bytes(statement);
  const auto count = sqlite3_stmt_isexplain(&statement) != 0 || bytes <= fitting * kInstructionBytes
                         ? fitting
                         : std::max(fitting, count_instructions(database, statement, bytes));
  const auto length =
      std::clamp(kPass / count, std::min(kLeastValueBytes, value_bytes), value_bytes);
  // SQLite takes room for twice as many as there are.
  return {to_int(length), to_int(2 * count)};
}

void Bounds::set(sqlite3& database) const {
  sqlite3_limit(&database, SQLITE_LIMIT_LENGTH, value_bytes);
  sqlite3_limit(&database, SQLITE_LIMIT_VDBE_OP, instructions);
}

}  // namespace hermes::sqlite
