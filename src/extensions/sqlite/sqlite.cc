#include "extensions/sqlite/sqlite.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "extensions/sqlite/app_database.h"
#include "extensions/sqlite/resources.h"
#include "runtime/per_app.h"

namespace hermes::sqlite {
namespace {

using namespace wit::sqlite;

// The bytes that the app's file may have: what is granted, or less, if the manifest says so in
// "sqlite".
Result<std::size_t> database_bytes(const runtime::App& app, const Limits& limits) {
  const auto granted = std::min(limits.database_bytes, app.storage.sqlite);
  const auto* section = app.section("sqlite");
  if (!section) return granted;
  TRY(section->only({"database_bytes"}));
  const auto* bytes = section->find("database_bytes");
  if (!bytes) return granted;
  const auto most = static_cast<std::int64_t>(limits.database_bytes);
  return std::min(granted, static_cast<std::size_t>(TRY(bytes->integer(4'096, most))));
}

class SqliteExtension final : public runtime::Extension, public Api {
 public:
  SqliteExtension(std::filesystem::path home, Limits limits)
      : home_(std::move(home)), limits_(limits) {}

  std::string_view name() const override { return "sqlite"; }
  Result<> link(wasm::Linker& linker) override { return linker.provide<Api>(*this); }

  Result<> app_started(const runtime::App& app) override {
    auto limits = limits_;
    limits.database_bytes = TRY(database_bytes(app, limits_));
    databases_.set(app.id, std::make_shared<AppDatabase>(home_, app.id, limits));
    return {};
  }
  Result<> app_changed(const runtime::App&, const runtime::App& after) override {
    const auto bytes = TRY(database_bytes(after, limits_));
    if (const auto database = databases_.find(after.id)) database->set_database_bytes(bytes);
    return {};
  }
  void app_stopped(const runtime::AppId& app) override { databases_.remove(app); }

  Result<Expected<std::unique_ptr<Sqlite>, Errno>> open(CallContext& call, bool readonly,
                                                        bool memory) override {
    using Answer = Expected<std::unique_ptr<Sqlite>, Errno>;
    if (readonly && memory) return Answer(Unexpected(Errno(errno_::InvalidInMemoryConfig{})));
    auto app = databases_.find(call.app());
    if (!app) return Error(Code::Stopping, "open: the app has stopped");
    auto connection = Connection::open(call, std::move(app), readonly, memory);
    if (!connection.has_value()) return Answer(Unexpected(connection.error()));
    return Answer(std::make_unique<Database>(*std::move(connection)));
  }

  Result<Expected<void, Errno>> statement_finalize(
      CallContext& call, std::unique_ptr<wit::sqlite::Statement> statement) override {
    return static_cast<Statement&>(*statement).finalize(call);
  }

 private:
  const std::filesystem::path home_;
  const Limits limits_;
  runtime::PerApp<AppDatabase> databases_;
};

}  // namespace

std::unique_ptr<runtime::Extension> make(std::filesystem::path home, Limits limits) {
  return std::make_unique<SqliteExtension>(std::move(home), limits);
}

}  // namespace hermes::sqlite
