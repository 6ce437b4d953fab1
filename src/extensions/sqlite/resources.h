#pragma once

#include <memory>

#include "extensions/sqlite/connection.h"
#include "wit/hermes/sqlite.h"

namespace hermes::sqlite {

/// A guest's handle to a database.
class Database final : public wit::sqlite::Sqlite {
 public:
  explicit Database(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

  Result<Expected<void, Errno>> close(CallContext& call) override;
  Result<std::optional<wit::sqlite::ErrorInfo>> errcode(CallContext& call) override;
  Result<Expected<std::unique_ptr<wit::sqlite::Statement>, Errno>> prepare(
      CallContext& call, std::string_view sql) override;
  Result<Expected<void, Errno>> execute(CallContext& call, std::string_view sql) override;

 private:
  const std::shared_ptr<Connection> connection_;
};

/// A guest's handle to a statement, which keeps its database open.
class Statement final : public wit::sqlite::Statement {
 public:
  Statement(std::shared_ptr<Connection> connection, Prepared prepared)
      : connection_(std::move(connection)), prepared_(std::move(prepared)) {}

  Result<Expected<void, Errno>> bind(CallContext& call, std::uint32_t index,
                                     wit::sqlite::Value value) override;
  Result<Expected<wit::sqlite::StepResult, Errno>> step(CallContext& call) override;
  Result<Expected<wit::sqlite::Value, Errno>> column(CallContext& call,
                                                     std::uint32_t index) override;
  Result<Expected<void, Errno>> reset(CallContext& call) override;

  /// The code of the last step, if that failed.
  Expected<void, Errno> finalize(CallContext& call);

 private:
  sqlite3_stmt& statement() { return *prepared_.statement; }

  const std::shared_ptr<Connection> connection_;
  Prepared prepared_;
};

}  // namespace hermes::sqlite
