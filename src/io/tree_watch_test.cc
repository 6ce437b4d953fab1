#include "io/tree_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace hermes::io {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class TreeWatchTest : public ::testing::Test {
 protected:
  TreeWatchTest() {
    std::string name = "/tmp/tree_watch_XXXXXX";
    root = ::mkdtemp(name.data());
    for (const auto* directory : {"a/b", ".git", "node_modules/x"}) {
      fs::create_directories(root / directory);
    }
  }
  ~TreeWatchTest() override { fs::remove_all(root); }

  void write(const std::string& path) const { std::ofstream(root / path) << "x"; }

  fs::path root;
};

TEST_F(TreeWatchTest, SeesWhatChangesAnywhereBelow) {
  auto watch = TreeWatch::open(root);
  ASSERT_TRUE(watch) << watch.error().message();
  EXPECT_THAT(watch->take(), IsEmpty());
  write("one");
  write("a/b/two");
  EXPECT_THAT(watch->take(), UnorderedElementsAre("one", "a/b/two"));
  fs::rename(root / "one", root / "a/three");
  fs::remove(root / "a/b/two");
  EXPECT_THAT(watch->take(), UnorderedElementsAre("one", "a/three", "a/b/two"));
  EXPECT_THAT(watch->take(), IsEmpty());
}

TEST_F(TreeWatchTest, LeavesOutWhatToolsMake) {
  auto watch = TreeWatch::open(root);
  fs::create_directories(root / "target/debug");
  for (const auto* file : {".git/index", "node_modules/x/y", "target/debug/z"}) write(file);
  EXPECT_THAT(watch->take(), IsEmpty());
}

TEST_F(TreeWatchTest, FollowsDirectoriesThatComeAndGo) {
  auto watch = TreeWatch::open(root);
  fs::create_directories(root / "c");
  EXPECT_THAT(watch->take(), Contains("c"));
  write("c/file");
  EXPECT_THAT(watch->take(), UnorderedElementsAre("c/file"));
  fs::create_directories(root / "d/e");
  watch->take();
  write("d/e/file");
  EXPECT_THAT(watch->take(), UnorderedElementsAre("d/e/file"));
  fs::remove_all(root / "c");
  EXPECT_THAT(watch->take(), Contains("c"));
}

TEST_F(TreeWatchTest, SaysWhatItCannotWatch) {
  EXPECT_EQ(TreeWatch::open(root / "nothing").error().code(), Code::NotFound);
}

}  // namespace
}  // namespace hermes::io
