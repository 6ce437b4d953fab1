// Limits of the machine, and of the engine, as an operator meets them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Limits, WithoutAddressesForAPoolMemoryIsAllocatedOnDemand) {
  HermesProgram hermes({"run", example_app("hello")},
                       {"sh", "-c", R"(ulimit -v 4000000; exec "$0" "$@")"});
  EXPECT_THAT(hermes.process().line_with("allocated on demand"),
              AllOf(HasSubstr("WARN"), HasSubstr("ulimit -v")));
  hermes.wait_for_app("hello");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(hermes.curl("hello", "/api/hello").body, "hello");
}

// Six mappings a call, and some for all else; or what there are addresses for.
TEST(Limits, OfCallsAreFittedToTheMachine) {
  std::size_t mappings = 0;
  ASSERT_TRUE(std::ifstream("/proc/sys/vm/max_map_count") >> mappings);
  const auto calls = std::min<std::size_t>((mappings - 5'000) / 6, 24'000) / 2;
  const auto app = app_of_guest("grow");
  app.write("hermes.toml", "[engine]\ncalls = 100000\nworkers = 2\n");
  HermesProgram hermes({"run", example_app("hello"), "--config", app.path() + "/hermes.toml"});
  EXPECT_THAT(hermes.process().line_with("calls at once"),
              HasSubstr(concat("each worker runs ", calls, " calls at once: ")));
  hermes.wait_for_app("hello");
  EXPECT_EQ(hermes.curl("hello", "/api/hello").body, "hello");
}

TEST(Limits, OfOpenFilesAreRaisedAsFarAsTheMachineAllows) {
  HermesProgram hermes({"run", example_app("hello")},
                       {"sh", "-c", R"(ulimit -Sn 64; exec "$0" "$@")"});
  hermes.wait_for_app("hello");
  std::ifstream limits(concat("/proc/", hermes.process().id(), "/limits"));
  std::string soft;
  std::string hard;
  for (std::string line; std::getline(limits, line);) {
    if (line.starts_with("Max open files")) std::istringstream(line.substr(14)) >> soft >> hard;
  }
  EXPECT_FALSE(hard.empty());
  EXPECT_EQ(soft, hard);
}

TEST(Limits, OfOpenFilesThatAreFewAreTold) {
  HermesProgram hermes({"run", example_app("hello")},
                       {"sh", "-c", R"(ulimit -n 500; exec "$0" "$@")"});
  EXPECT_THAT(hermes.process().line_with("files can be open"), HasSubstr("no more than 500"));
}

TEST(Limits, OfTheLogAreForEachApp) {
  const auto app = app_of_guest("chatter", R"(, "limits": {"cpu_ms": 300})");
  HermesProgram hermes({"run", app.path(), example_app("hello")});
  hermes.wait_for_app("hello");
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  EXPECT_EQ(hermes.curl("chatter", "/api/").status, 504);
  EXPECT_THAT(hermes.process().line_with("records of app 'local:chatter'"),
              HasSubstr("past 1000 a second"));
  hermes.process().line_with("out of time");
  hermes.process().signal(SIGTERM);
  EXPECT_EQ(hermes.process().wait(), 0);
  const auto output = hermes.process().output();
  constexpr std::string_view kRecord = "chatter in the log";
  std::int64_t records = 0;
  for (auto at = output.find(kRecord); at != output.npos; at = output.find(kRecord, at + 1)) {
    ++records;
  }
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(Clock::now() - begin).count();
  EXPECT_GT(records, 0);
  EXPECT_LE(records, 1'000 * (seconds + 1));  // Of hundreds of thousands.
}

TEST(Limits, OfMemoryAreSettings) {
  const auto app = app_of_guest("grow");
  app.write("hermes.toml", "[limits]\napp_memory_mib = 20\n");
  HermesProgram hermes({"run", app.path(), "--config", app.path() + "/hermes.toml"});
  hermes.wait_for_app("grow");
  const auto mebibytes = std::stoi(hermes.curl("grow", "/api/").body);
  EXPECT_GE(mebibytes, 18);
  EXPECT_LE(mebibytes, 20);
}

TEST(Limits, AMemoryThatBeginsAboveThemIsTold) {
  const auto app = app_of_guest("pages");
  app.write("hermes.toml", "[limits]\nmemory_mib = 1\n");
  const auto ended = hermes_run({app.path(), "--config", app.path() + "/hermes.toml"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("module 'pages': its memory begins with "),
                    HasSubstr(" MiB, and a call may use 1 MiB: limits.memory_mib of the app or of "
                              "the engine is too low")));
}

TEST(Limits, OfWhatGuestsWriteAreSettings) {
  const auto app = app_of_guest("world");
  app.write("hermes.toml", "[limits]\nvar_mib = 1\ntmp_mib = 2\n");
  HermesProgram hermes({"run", app.path(), "--config", app.path() + "/hermes.toml"});
  hermes.wait_for_app("world");
  const auto write = [&](std::string_view path, std::size_t size) {
    app.write("body", std::string(size, 'x'));
    return hermes
        .curl("world", concat("/api/write/", path),
              {"--data-binary", concat("@", app.path(), "/body")})
        .body;
  };
  constexpr std::size_t kMebibyte = 1 << 20;
  EXPECT_EQ(write("/var/a", kMebibyte / 2), "written");
  EXPECT_EQ(write("/var/b", kMebibyte), "No space left on device");
  EXPECT_EQ(write("/tmp/a", 3 * kMebibyte / 2), "written");
  EXPECT_EQ(write("/tmp/a", 5 * kMebibyte / 2), "No space left on device");
}

TEST(Limits, OfKeysDatabasesAndCronAreSettings) {
  const auto keys = app_of_guest("kv_script");
  const auto databases = app_of_guest("sql_script");
  const auto cron = app_of_guest("cron_script", R"(, "permissions": ["cron"])");
  keys.write("hermes.toml",
             "[limits]\nkv_mib = 1\nkv_value_bytes = 400000\nsqlite_mib = 1\n"
             "sqlite_value_bytes = 300000\ncron_entries = 3\n");
  HermesProgram hermes({"run", keys.path(), databases.path(), cron.path(), "--config",
                        keys.path() + "/hermes.toml"});
  for (const auto* app : {"kv-script", "sql-script", "cron-script"}) hermes.wait_for_app(app);

  const auto set = [&](std::string_view key, std::size_t size) {
    const auto value = concat("string ", std::string(size, 'x'));
    keys.write("value", value);
    return hermes
        .curl("kv-script", concat("/api/kv-set/", key),
              {"--data", concat("@", keys.path(), "/value")})
        .status;
  };
  EXPECT_EQ(set("a", 390'000), 200);
  EXPECT_EQ(set("b", 410'000), 502) << "a value is too long";
  EXPECT_EQ(set("b", 390'000), 200);
  EXPECT_EQ(set("c", 390'000), 502) << "there are too many";

  const auto run = [&](const std::string& sql) {
    return hermes.curl("sql-script", "/api/file", {"--data", sql}).body;
  };
  EXPECT_EQ(run("CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(290000))"), "done");
  EXPECT_EQ(run("INSERT INTO t VALUES (zeroblob(310000))"), "sqlite(18)");
  const std::string insert = "INSERT INTO t VALUES (zeroblob(290000));";
  EXPECT_EQ(run(concat(insert, insert, insert)), "sqlite(13)");

  const auto add = [&](int number) {
    return hermes
        .curl("cron-script", "/api/add", {"--data", concat("0 0 1 1 *\n", number, "\nagain")})
        .body;
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(add(i), "true");
  EXPECT_EQ(add(3), "false");
}

}  // namespace
}  // namespace hermes::testing
