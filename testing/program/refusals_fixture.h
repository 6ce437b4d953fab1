#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/program/status.h"

namespace hermes::testing {

/// An engine of one app that meets a limit: it is counted, for the app and in all, as
/// docs/limits.md says, and logged.
class RefusalsFixture : public ::testing::Test {
 protected:
  /// The app stays until the end of the test.
  void start(const AppFolder& app, std::string_view name, std::string_view config) {
    app_ = &app;
    name_ = name;
    app_->write("hermes.toml", config);
    hermes_ = std::make_unique<HermesProgram>(
        std::vector<std::string>{"run", app_->path(), "--config", app_->path() + "/hermes.toml"});
    hermes_->wait_for_app(name_);
  }

  /// What the app answers; 502 where its call has failed. `options` are those of curl.
  Answer ask(std::string_view path, std::string_view body = {},
             std::vector<std::string> options = {}) {
    app_->write("body", body);
    options.insert(options.end(),
                   {"--data-binary", concat("@", app_->path(), "/body"), "--path-as-is"});
    return hermes_->curl(name_, concat("/api", path), std::move(options));
  }
  std::string tell(std::string_view path, std::string_view body = {},
                   std::vector<std::string> options = {}) {
    return ask(path, body, std::move(options)).body;
  }

  HttpClient connect() { return HttpClient(hermes_->port()); }

  std::int64_t refused(std::string_view limit) { return Status(*hermes_).refused(limit); }

  /// Of the app alone, and so in all; and the log has it.
  void expect_refused(std::string_view limit, std::int64_t times, std::string_view record) {
    const Status status(*hermes_);
    EXPECT_EQ(status.refused(name_, limit), times) << limit;
    EXPECT_EQ(status.refused(limit), times) << limit;
    EXPECT_THAT(hermes_->process().line_with(record),
                ::testing::HasSubstr(concat("app=local:", name_)));
    EXPECT_THAT(hermes_->ctl({"status"}).output, ::testing::HasSubstr(concat(limit, " ", times)));
  }

  /// Of no app, as long as nobody knows which is meant.
  void expect_refused_in_all(std::string_view limit, std::int64_t times, std::string_view record) {
    EXPECT_EQ(refused(limit), times) << limit;
    hermes_->process().line_with(record);
  }

  const AppFolder* app_ = nullptr;
  std::string name_;
  std::unique_ptr<HermesProgram> hermes_;
};

}  // namespace hermes::testing
