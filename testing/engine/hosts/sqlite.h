#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "wit/hermes/sqlite.h"

namespace hermes::testing {

/// hermes:sqlite as the shapes guest expects it: testing/guests/shapes/README.md.
class SqliteHost : public wit::sqlite::Api {
 public:
  using CallContext = wit::sqlite::CallContext;
  using Errno = wit::sqlite::Errno;
  using Value = wit::sqlite::Value;
  using Done = Expected<void, Errno>;

  Result<Done> statement_finalize(CallContext&, std::unique_ptr<wit::sqlite::Statement>) override {
    return Done();
  }
  Result<Expected<std::unique_ptr<wit::sqlite::Sqlite>, Errno>> open(CallContext&, bool readonly,
                                                                     bool memory) override {
    using Answer = Expected<std::unique_ptr<wit::sqlite::Sqlite>, Errno>;
    if (readonly && memory) return Answer(Unexpected(Errno(wit::sqlite::errno_::Sqlite{-8})));
    return Answer(std::make_unique<Database>(*this));
  }

  /// Databases and statements that exist.
  int alive() const { return alive_; }

 protected:
  /// A statement's value arrives.
  virtual Result<> on_bind() { return {}; }

 private:
  template <typename Interface>
  class Counted : public Interface {
   public:
    explicit Counted(SqliteHost& counting) : host(counting) { ++host.alive_; }
    Counted(const Counted&) = delete;
    ~Counted() override { --host.alive_; }

   protected:
    SqliteHost& host;
  };

  class Statement final : public Counted<wit::sqlite::Statement> {
   public:
    using Counted::Counted;

    Result<Done> bind(CallContext&, std::uint32_t index, Value value) override {
      TRY(host.on_bind());
      values_[index] = std::move(value);
      return Done();
    }
    Result<Expected<wit::sqlite::StepResult, Errno>> step(CallContext&) override {
      using enum wit::sqlite::StepResult;
      return Expected<wit::sqlite::StepResult, Errno>(std::exchange(stepped_, true) ? Done : Row);
    }
    Result<Expected<Value, Errno>> column(CallContext&, std::uint32_t index) override {
      using Answer = Expected<Value, Errno>;
      const auto value = values_.find(index);
      if (value != values_.end()) return Answer(value->second);
      return Answer(Unexpected(Errno(wit::sqlite::errno_::UnknownColumnType{})));
    }
    Result<SqliteHost::Done> reset(CallContext&) override { return SqliteHost::Done(); }

   private:
    std::map<std::uint32_t, Value> values_;
    bool stepped_ = false;
  };

  class Database final : public Counted<wit::sqlite::Sqlite> {
   public:
    using Counted::Counted;

    Result<Done> close(CallContext&) override { return Done(); }
    Result<std::optional<wit::sqlite::ErrorInfo>> errcode(CallContext&) override { return last_; }
    Result<Expected<std::unique_ptr<wit::sqlite::Statement>, Errno>> prepare(
        CallContext&, std::string_view sql) override {
      using Answer = Expected<std::unique_ptr<wit::sqlite::Statement>, Errno>;
      if (sql.empty()) {
        return Answer(Unexpected(Errno(wit::sqlite::errno_::ReturnedNullPointer{})));
      }
      return Answer(std::make_unique<Statement>(host));
    }
    Result<Done> execute(CallContext&, std::string_view sql) override {
      if (sql.empty()) {
        return Done(Unexpected(Errno(wit::sqlite::errno_::ConvertingCString{})));
      }
      last_ = {-1, std::string(sql)};
      return Done();
    }

   private:
    std::optional<wit::sqlite::ErrorInfo> last_;
  };

  std::atomic<int> alive_{0};
};

}  // namespace hermes::testing
