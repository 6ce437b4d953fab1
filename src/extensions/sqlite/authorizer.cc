#include "extensions/sqlite/authorizer.h"

#include <algorithm>
#include <string_view>

#include "base/strings.h"

namespace hermes::sqlite {
namespace {

// They load code, hand out pointers, or take time that is a square of their input's size without a
// moment at which they could be stopped.
constexpr std::string_view kForbiddenFunctions[] = {"load_extension", "fts3_tokenizer",
                                                    "json_patch"};

std::string_view text(const char* text) {
  return text == nullptr ? std::string_view() : text;
}

bool contains_ignoring_case(std::string_view text, std::string_view word) {
  return !std::ranges::search(text, word, [](char a, char b) {
            return lower_case(a) == b;
          }).empty();
}

bool is_forbidden(std::string_view function) {
  return std::ranges::any_of(kForbiddenFunctions, [&](std::string_view forbidden) {
    return equals_ignoring_case(function, forbidden);
  });
}

}  // namespace

void Authorizer::watch(sqlite3& database) {
  database_ = &database;
  sqlite3_set_authorizer(&database, &Authorizer::ask, this);
}

int Authorizer::ask(void* self, int action, const char* first, const char* second, const char*,
                    const char*) noexcept {
  auto& authorizer = *static_cast<Authorizer*>(self);
  if (authorizer.allows(action, first, second)) return SQLITE_OK;
  authorizer.refused_ = action == SQLITE_PRAGMA ? Refused::Pragma : Refused::Other;
  return SQLITE_DENY;
}

// Whether the one statement that is busy has no INTO in it: while a VACUUM is, no other can be.
bool Authorizer::vacuums_in_place() const {
  auto* statement = sqlite3_next_stmt(database_, nullptr);
  while (statement != nullptr && sqlite3_stmt_busy(statement) == 0) {
    statement = sqlite3_next_stmt(database_, statement);
  }
  return statement != nullptr && !contains_ignoring_case(text(sqlite3_sql(statement)), "into");
}

bool Authorizer::allows(int action, const char* first, const char* second) const {
  switch (action) {
    case SQLITE_ATTACH:
      // A VACUUM that runs attaches a database without a name, and so does one INTO ''.
      return !preparing_ && first != nullptr && *first == '\0' && vacuums_in_place();
    case SQLITE_PRAGMA:
    case SQLITE_DETACH:
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_VTABLE:
      return false;
    case SQLITE_FUNCTION:
      return !is_forbidden(text(second));
    default:
      return true;
  }
}

}  // namespace hermes::sqlite
