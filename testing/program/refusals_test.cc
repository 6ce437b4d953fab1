// Limits that refuse something to a guest without ending its call: memory, files, events, threads.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/program/gateway_app.h"
#include "testing/program/refusals_fixture.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

constexpr auto kFull = "No space left on device";

class Refusals : public RefusalsFixture {
 protected:
  // With that setting, the guest gets so many MiB.
  void expect_memory_refused(std::string_view setting, int most, std::string_view limit,
                             std::string_view whose) {
    const auto app = app_of_guest("grow");
    start(app, "grow", concat("[limits]\n", setting, " = ", most, "\n"));
    EXPECT_LE(std::stoi(tell("/")), most);
    expect_refused(limit, 1, concat("a guest got no more memory: ", whose));
  }

  // One call runs and one waits, so that the queue of one event is full.
  void expect_events_refused(std::string_view limits, std::string_view limit,
                             std::string_view whose) {
    const auto app = app_of_guest("sleep");
    start(app, "sleep", concat("[engine]\nworkers = 1\n[limits]\napp_calls = 1\n", limits));
    auto runs = connect();
    runs.send(get("sleep", "/api/20000"));
    hermes_->process().line_with("asked to sleep");
    auto waits = connect();
    waits.send(get("sleep", "/api/20000"));
    while (Status(*hermes_).of("sleep", "events") != 2) continue;
    EXPECT_EQ(connect().exchange(get("sleep", "/api/1")).status, 503U);
    expect_refused(limit, 1, concat("an event was refused: the queue of the ", whose, " is full"));
    EXPECT_THAT(hermes_->process().line_with("an event was refused"),
                HasSubstr("module=sleep event=hermes:http-gateway/event#reply"));
    runs.reset();
    waits.reset();
  }
};

TEST_F(Refusals, OfMemoryToACall) {
  expect_memory_refused("memory_mib", 16, "memory", "the call");
}

TEST_F(Refusals, OfMemoryToAnApp) {
  expect_memory_refused("app_memory_mib", 20, "app_memory", "the calls of the app");
}

TEST_F(Refusals, OfMemoryOfTheEngine) {
  expect_memory_refused("engine_memory_mib", 20, "engine_memory", "all calls");
}

TEST_F(Refusals, OfEventsToAnApp) {
  expect_events_refused("app_events = 1\n", "app_events", "app");
}

TEST_F(Refusals, OfEventsToTheEngine) {
  expect_events_refused("events = 1\nreserved_events = 0\n", "events", "engine");
}

TEST_F(Refusals, OfWritesToFolders) {
  const auto app = app_of_guest("world");
  start(app, "world", "[limits]\nvar_mib = 1\ntmp_mib = 2\n");
  EXPECT_EQ(tell("/write//var/a", "x"), "written");
  EXPECT_EQ(tell("/size//var/a", "2000000"), kFull);
  expect_refused("var", 1, "a write to /var was refused");
  EXPECT_EQ(tell("/nest//var", "100"), kFull) << "16 KiB for each";
  EXPECT_EQ(refused("var"), 2);
  EXPECT_EQ(tell("/nest//tmp", "3000"), kFull) << "1 KiB for each";
  expect_refused("tmp", 1, "a write to /tmp was refused");
  EXPECT_EQ(tell("/write//tmp/a", std::string(3'000'000, 'x')), kFull);
  EXPECT_GT(refused("tmp"), 1);
}

TEST_F(Refusals, OfFilesAndDirectoriesThatAreOpen) {
  const auto app = app_of_guest("wasi_bare", R"(, "share": "shared")");
  std::filesystem::create_directories(std::filesystem::path(app.path()) / "shared");
  app.write("shared/file.txt", "content");
  start(app, "wasi-bare", "");
  EXPECT_EQ(tell("/opens"), "256 22");
  expect_refused("files", 1, "a file was not opened");
  EXPECT_EQ(tell("/listings"), "4 22 again");
  expect_refused("listings", 1, "a directory was not read");
}

// Without a spare thread, the function holds its worker up.
TEST_F(Refusals, OfThreadsForFunctionsThatBlock) {
  const auto app = app_of_guest("sql_script");
  start(app, "sql-script", "[engine]\nspare_threads = 0\n");
  EXPECT_EQ(tell("/memory",
                 "CREATE TABLE t AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
                 "WHERE x < 3000000) SELECT max(x) FROM c"),
            "done");
  EXPECT_GE(Status(*hermes_).refused(name_, "spare_threads"), 1) << "the functions that it calls";
  EXPECT_THAT(hermes_->process().line_with("ms: no spare thread was left"),
              HasSubstr("app=local:sql-script"));
}

}  // namespace
}  // namespace hermes::testing
