#pragma once

#include <sqlite3.h>

#include <cstdint>

namespace hermes::sqlite {

/// Decides what the SQL of a guest may do, at the one place that SQLite asks, however it is
/// written: stay in its database and leave its settings alone.
class Authorizer {
 public:
  /// Asked by `database` from now on, which it outlives.
  void watch(sqlite3& database);

  /// A function of the guest begins: nothing is refused so far.
  void begin() { refused_ = Refused::Nothing; }

  enum class Refused : std::uint8_t { Nothing, Pragma, Other };
  Refused refused() const { return refused_; }

  /// Whether SQL of the guest is being prepared, and not run.
  void set_preparing(bool preparing) { preparing_ = preparing; }

 private:
  static int ask(void* self, int action, const char* first, const char* second, const char* schema,
                 const char* trigger) noexcept;
  bool allows(int action, const char* first, const char* second) const;
  bool vacuums_in_place() const;

  sqlite3* database_ = nullptr;
  bool preparing_ = false;
  Refused refused_ = Refused::Nothing;
};

}  // namespace hermes::sqlite
