// The engine's home: full, not writable, damaged, or left by an engine that was killed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "testing/engine/temporary_directory.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/program/small_disk.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::vector<std::string> run_hello(const std::string& home) {
  return {HERMES_BINARY, "run", example_app("hello"), "--port", "0", "--home", home};
}

std::vector<fs::path> compiled_code(const fs::path& home) {
  std::vector<fs::path> files;
  for (const auto& file : fs::directory_iterator(home / "compiled")) {
    if (file.path().extension() == ".code") files.push_back(file.path());
  }
  return files;
}

// Waits until it serves, and ends it.
void expect_clean_start(const fs::path& home) {
  HermesProgram hermes({"run", example_app("hello")}, home);
  hermes.wait_for_app("hello");
  EXPECT_EQ(hermes.curl("hello", "/api/hello").body, "hello");
  hermes.process().signal(SIGTERM);
  EXPECT_EQ(hermes.process().wait(), 0);
}

TEST(Home, ThatCannotBeWrittenIsTold) {
  const auto ended = run_program(run_hello("/proc/hermes"));
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("opening the engine's home"));
  EXPECT_THAT(ended.output, HasSubstr("/proc/hermes"));
}

TEST(Home, ThatIsAFileIsTold) {
  const TemporaryDirectory home;
  std::ofstream(home.path() / "file") << "not a directory";
  const auto ended = run_program(run_hello((home.path() / "file").string()));
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("opening the engine's home"));
}

TEST(Home, IsMadeAlsoWhereCompiledCodeIsElsewhere) {
  const TemporaryDirectory folder;
  const auto code = (folder.path() / "code").string();
  HermesProgram hermes({"run", example_app("hello"), "--code-cache", code}, folder.path() / "home");
  hermes.wait_for_app("hello");
  EXPECT_TRUE(fs::exists(folder.path() / "home/lock"));
}

TEST(Home, ThatIsFullKeepsNoAppFromRunning) {
  const TemporaryDirectory home;
  HermesProgram hermes({"run", example_app("hello")}, home.path(),
                       with_disk_of("32k", home.path()));
  EXPECT_THAT(hermes.process().line_with("compiled code is not kept"),
              HasSubstr("No space left on device"));
  hermes.wait_for_app("hello");
  EXPECT_EQ(hermes.curl("hello", "/api/hello").body, "hello");
}

TEST(Home, HoldsTheCodeOfAComponentOnceForAllApps) {
  const TemporaryDirectory home;
  const AppFolder twin(R"({"name": "twin", "version": "1.0.0",
                           "modules": [{"component": "other.wasm"}]})");
  fs::copy_file(example_app("hello") + "/hello.wasm", twin.path() + "/other.wasm");
  HermesProgram hermes({"run", example_app("hello"), twin.path()}, home.path());
  hermes.wait_for_app("twin");
  EXPECT_EQ(hermes.curl("hello", "/api/hello").body, "hello");
  EXPECT_EQ(hermes.curl("twin", "/api/hello").body, "hello");
  EXPECT_EQ(compiled_code(home.path()).size(), 1U);
}

TEST(Home, WhereCodeWasReplacedMakesItAnew) {
  const TemporaryDirectory home;
  expect_clean_start(home.path());
  const auto files = compiled_code(home.path());
  ASSERT_EQ(files.size(), 1U);
  const auto size = fs::file_size(files[0]);
  // By code that is whole, but of nobody who has the key.
  std::ofstream(files[0], std::ios::binary | std::ios::trunc) << std::string(size, 'x');
  expect_clean_start(home.path());
  std::string first(1, '\0');
  std::ifstream(files[0], std::ios::binary).read(first.data(), 1);
  EXPECT_NE(first, "x");

  fs::remove(files[0]);
  fs::create_symlink("/bin/sh", files[0]);
  expect_clean_start(home.path());
  EXPECT_FALSE(fs::is_symlink(files[0]));
}

TEST(Home, WithoutItsKeyIsMadeAnew) {
  const TemporaryDirectory home;
  expect_clean_start(home.path());
  fs::remove(home.path() / "compiled/key");
  expect_clean_start(home.path());
}

// The moments fall from its first instruction to when it has served for a while, compiling or not.
TEST(Home, OfAnEngineThatWasKilledIsWhole) {
  constexpr int kKills = 100;
  const TemporaryDirectory home;
  std::mt19937 random(9);
  for (int kill = 0; kill < kKills; ++kill) {
    if (kill % 4 == 0) fs::remove_all(home.path() / "compiled");
    HermesProgram hermes({"run", example_app("hello"), example_app("board")}, home.path());
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 150));
    hermes.process().signal(SIGKILL);
    EXPECT_EQ(hermes.process().wait(), 128 + SIGKILL);
  }
  expect_clean_start(home.path());
}

}  // namespace
}  // namespace hermes::testing
