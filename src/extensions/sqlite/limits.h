#pragma once

#include <cstddef>

namespace hermes::sqlite {

/// What an app may hold. Its manifest can lower `database_bytes`:
/// {"sqlite": {"database_bytes": 1048576}}.
struct Limits {
  std::size_t database_bytes = std::size_t{1} << 30;  // Of the file.
  std::size_t memory_bytes = std::size_t{128} << 20;  // Of all that its calls have open.
  std::size_t value_bytes = std::size_t{8} << 20;     // Of a text, a blob, a row.
  std::size_t sql_bytes = 1'000'000;                  // Of one text of SQL.
  int connections = 256;                              // That its calls have open.
};

}  // namespace hermes::sqlite
