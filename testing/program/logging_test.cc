// What becomes of records that a component writes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t kLongest = std::size_t{64} << 10;

/// What `hermes test` writes of the component that logs.
std::string output_in(std::string_view format) {
  const auto* component = HERMES_GUESTS "/test_logging.wasm";
  return hermes_command(
             {"test", component, "--log-format", std::string(format), "--home", HERMES_TEST_HOME})
      .output;
}

/// The record whose message begins like that.
nlohmann::json record_of(const std::string& output, std::string_view message) {
  for (const auto line : split(output, '\n')) {
    if (!line.starts_with('{')) continue;
    auto record = nlohmann::json::parse(line);
    if (record["msg"].get<std::string>().starts_with(message)) return record;
  }
  ADD_FAILURE() << "no record of '" << message << "' in:\n" << output;
  return {};
}

TEST(Logging, NobodyForgesARecord) {
  const auto text = output_in("text");
  EXPECT_THAT(text, HasSubstr(R"( ctx="a\nb": first\n2026-01-01T00:00:00.000000000Z ERROR )"
                              R"(engine: forged\r\u001b[2J)"
                              "\n"));
  EXPECT_THAT(text, Not(HasSubstr("\n2026-01-01T00:00:00.000000000Z")));
  const auto record = record_of(output_in("json"), "first");
  EXPECT_EQ(record["msg"], "first\n2026-01-01T00:00:00.000000000Z ERROR engine: forged\r\x1b[2J");
  EXPECT_EQ(record["ctx"], "a\nb");
  EXPECT_EQ(record["component"], "logging");
  EXPECT_EQ(record["event"], "hermes:integration-test/event#test");
}

TEST(Logging, DataThatIsNotJsonIsKeptAndFlagged) {
  EXPECT_THAT(output_in("text"),
              HasSubstr(": not JSON data=\"{\\\"open\\\": \\n\" data_is_json=false\n"));
  const auto record = record_of(output_in("json"), "not JSON");
  EXPECT_EQ(record["data"], "{\"open\": \n");
  EXPECT_EQ(record["data_is_json"], false);
}

TEST(Logging, ABacktraceIsShownNewestFirst) {
  EXPECT_THAT(output_in("text"), HasSubstr(": with a backtrace data={\"a\":1}\n"
                                           "    #0 newest()\n"
                                           "         at a.c:1\n"
                                           "    #1 oldest()\n"));
  const auto record = record_of(output_in("json"), "with a backtrace");
  EXPECT_EQ(record["data"]["bt"][0], "newest()\n  at a.c:1");
  EXPECT_FALSE(record.contains("data_is_json"));
}

TEST(Logging, ARecordOf64KiBIsWrittenAndALongerOneDroppedAndCounted) {
  const auto output = output_in("text");
  EXPECT_GE(static_cast<std::size_t>(std::ranges::count(output, 'k')), kLongest);
  EXPECT_THAT(output, Not(HasSubstr("dddd")));
  EXPECT_THAT(output, HasSubstr("dropped 2 records of app "));
  EXPECT_THAT(output, HasSubstr(": 0 past 1000 a second, 2 longer than 65536 bytes\n"));
}

TEST(Logging, TheManifestSaysFromWhichLevelOnAnAppIsWritten) {
  const auto app = [](std::string_view name, std::string_view more) {
    return AppFolder(concat(R"({"name": ")", name, R"(", "version": "1.0.0")", more,
                            R"(, "modules": [{"component": "levels.wasm"}]})"),
                     {"levels"});
  };
  const auto plain = app("plain", "");
  const auto curious = app("curious", R"(, "log": {"level": "trace"})");
  const auto terse = app("terse", R"(, "log": {"level": "error"})");
  HermesProgram hermes({"run", plain.path(), curious.path(), terse.path(), "--log-format", "json"});
  hermes.wait_for_app("terse");
  constexpr int kRequests = 2;
  for (const auto* name : {"plain", "curious", "terse"}) {
    for (int i = 0; i < kRequests; ++i) EXPECT_EQ(hermes.curl(name, "/api/").body, "logged");
  }
  hermes.process().signal(SIGTERM);
  EXPECT_EQ(hermes.process().wait(), 0);

  std::map<std::string, std::string> levels;
  for (const auto line : split(hermes.process().output(), '\n')) {
    if (line.find("a record of ") == line.npos) continue;
    const auto record = nlohmann::json::parse(line);
    levels[record["app"]] +=
        concat(record["level"].get<std::string>(), record["execution"].get<int>(), " ");
  }
  EXPECT_EQ(levels["local:plain"], "info1 warn1 error1 info2 warn2 error2 ");
  EXPECT_EQ(levels["local:curious"],
            "trace1 debug1 info1 warn1 error1 trace2 debug2 info2 warn2 error2 ");
  EXPECT_EQ(levels["local:terse"], "error1 error2 ");
}

TEST(Logging, WhatIsNoTextEndsTheCallAlone) {
  const auto output = output_in("text");
  EXPECT_THAT(output, HasSubstr("  FAILED  text that is none"));
  EXPECT_THAT(output, HasSubstr("invalid utf-8"));
  EXPECT_THAT(output, HasSubstr("  FAILED  text that is elsewhere"));
  EXPECT_THAT(output, HasSubstr("  FAILED  level that is none"));
  EXPECT_THAT(output, HasSubstr(": 6 passed, 3 failed\n"));
}

}  // namespace
}  // namespace hermes::testing
