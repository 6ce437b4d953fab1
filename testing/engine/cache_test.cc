// Compiled code is kept, used again, and made anew where it is not what was written.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "testing/engine/engine_fixture.h"
#include "testing/engine/temporary_directory.h"
#include "wit/hermes/integration_test.h"

namespace hermes::testing {
namespace {

namespace fs = std::filesystem;
using RunTest = wit::integration_test::Test;

class CacheTest : public EngineFixture {
 protected:
  CacheTest() { config.home = home_.path(); }

  /// Runs an app of that guest in an engine of its own.
  void run(std::string_view name) {
    start();
    start_app(app_of("x", {name}));
    EXPECT_TRUE((*ask("x", RunTest{0, true}))->status);
    engine.reset();
  }

  /// The files of compiled code, and when each was written.
  std::map<fs::path, fs::file_time_type> compiled() const {
    std::map<fs::path, fs::file_time_type> files;
    for (const auto& file : fs::recursive_directory_iterator(home_.path())) {
      constexpr std::uintmax_t kKey = 1024;  // The secret of the directory is smaller.
      if (file.is_regular_file() && file.file_size() > kKey) {
        files.emplace(file.path(), file.last_write_time());
      }
    }
    return files;
  }

  const TemporaryDirectory home_;
};

TEST_F(CacheTest, AnEngineUsesWhatAnotherCompiled) {
  run("pages");
  const auto first = compiled();
  EXPECT_EQ(first.size(), 1U);
  run("pages");
  EXPECT_EQ(compiled(), first);
}

TEST_F(CacheTest, EveryComponentHasItsOwn) {
  run("pages");
  run("sleep");
  EXPECT_EQ(compiled().size(), 2U);
}

/// How many times a file of compiled code is mapped into this process.
std::ptrdiff_t mapped_code() {
  std::ifstream maps("/proc/self/maps");
  std::ptrdiff_t count = 0;
  for (std::string line; std::getline(maps, line);) count += line.ends_with(".code") ? 1 : 0;
  return count;
}

TEST_F(CacheTest, AppsWithTheSameComponentShareItsCode) {
  start();
  start_app(app_of("x", {"pages"}));
  const auto mapped = mapped_code();
  EXPECT_GT(mapped, 0);
  start_app(app_of("y", {"pages"}));
  EXPECT_EQ(mapped_code(), mapped);
  expect(engine->stop_app("local:x"));
  EXPECT_TRUE((*ask("y", RunTest{0, true}))->status);
}

TEST_F(CacheTest, ADamagedFileIsMadeAnew) {
  run("pages");
  const auto file = compiled().begin()->first;
  const auto size = fs::file_size(file);
  std::string good(size, '\0');
  std::ifstream(file, std::ios::binary).read(good.data(), static_cast<std::streamsize>(size));
  fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
  {
    std::fstream damaged(file, std::ios::binary | std::ios::in | std::ios::out);
    damaged.seekp(static_cast<std::streamoff>(size / 2));
    damaged.put(static_cast<char>(~good[size / 2]));
  }
  run("pages");
  std::string again(fs::file_size(file), '\0');
  std::ifstream(file, std::ios::binary).read(again.data(), static_cast<std::streamsize>(size));
  EXPECT_TRUE(again == good);
}

TEST_F(CacheTest, AnEmptyFileIsMadeAnew) {
  run("pages");
  const auto file = compiled().begin()->first;
  const auto size = fs::file_size(file);
  fs::remove(file);
  std::ofstream(file).close();
  run("pages");
  EXPECT_EQ(fs::file_size(file), size);
}

}  // namespace
}  // namespace hermes::testing
