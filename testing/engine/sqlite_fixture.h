#pragma once

#include <filesystem>
#include <future>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/strings.h"
#include "extensions/sqlite/sqlite.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/temporary_directory.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::testing {

/// An engine whose apps run SQL by the guest `sql_script`.
class SqliteFixture : public EngineFixture {
 protected:
  using Reply = wit::http_gateway::ReplyEvent;

  void start_sqlite(sqlite::Limits limits = {}) {
    create();
    start(sqlite::make(data.path(), limits));
  }

  void start_script(std::string_view name, const std::string& manifest = "{}",
                    runtime::CallLimits limits = {}) {
    auto app = app_of(name, {"sql_script"});
    app.manifest = expect(json::Document::parse(manifest, "app.json"));
    app.limits = limits;
    start_app(std::move(app));
  }

  /// What the guest answers, or why its call failed.
  static std::string text(const Result<Reply::Reply>& reply) {
    if (!reply.has_value()) return reply.error().message();
    const auto& http = std::get<wit::http_gateway::http_gateway_response::Http>(**reply);
    return {http.value.body.begin(), http.value.body.end()};
  }
  static std::string text(const Heard<Reply>& heard) { return text(heard.replies.at(0)); }

  static Reply request(std::string_view method, std::string_view path, std::string_view sql) {
    return {{sql.begin(), sql.end()}, {}, std::string(path), std::string(method)};
  }

  std::string execute(std::string_view sql, std::string_view path = "/file",
                      std::string_view app = "app") {
    return text(ask(app, request("EXECUTE", path, sql)));
  }
  std::string query(std::string_view sql, std::string_view path = "/file",
                    std::string_view app = "app") {
    return text(ask(app, request("QUERY", path, sql)));
  }
  std::future<Heard<Reply>> begin(std::string_view method, std::string_view sql,
                                  std::string_view path = "/file", std::string_view app = "app") {
    return post(app, request(method, path, sql));
  }

  std::filesystem::path directory_of(std::string_view app) const {
    return data.path() / "data" / concat("local:", app);
  }

  TemporaryDirectory data;
};

}  // namespace hermes::testing
