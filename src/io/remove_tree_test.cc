#include "io/remove_tree.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace hermes::io {
namespace {

namespace fs = std::filesystem;

class RemoveTree : public ::testing::Test {
 protected:
  RemoveTree() {
    auto name = (fs::temp_directory_path() / "remove-XXXXXX").string();
    top = ::mkdtemp(name.data());
    tree = top / "tree";
    fs::create_directories(tree);
  }
  ~RemoveTree() override { fs::remove_all(top); }

  fs::path top;
  fs::path tree;
};

TEST_F(RemoveTree, LeavesNothing) {
  fs::create_directories(tree / "a/b/c");
  fs::create_directories(tree / "removed-1/a");
  std::ofstream(tree / "a/b/file") << "12345";
  std::ofstream(tree / "removed-2") << "678";
  const auto bytes = remove_tree(tree);
  ASSERT_TRUE(bytes.has_value()) << bytes.error().message();
  EXPECT_EQ(*bytes, 8U);
  EXPECT_FALSE(fs::exists(tree));
}

TEST_F(RemoveTree, FollowsNoLink) {
  std::ofstream(top / "other") << "x";
  fs::create_directories(top / "directory/inner");
  fs::create_symlink(top / "other", tree / "file");
  fs::create_directory_symlink(top / "directory", tree / "folder");
  EXPECT_TRUE(remove_tree(tree).has_value());
  EXPECT_TRUE(fs::exists(top / "other"));
  EXPECT_TRUE(fs::exists(top / "directory/inner"));
  fs::create_directory_symlink(top / "directory", tree);
  EXPECT_FALSE(remove_tree(tree).has_value());
}

TEST_F(RemoveTree, GoesDeeperThanAnyPath) {
  const std::string name(100, 'd');
  auto at = ::open(tree.c_str(), O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < 2'000; ++i) {
    ASSERT_EQ(::mkdirat(at, name.c_str(), 0700), 0);
    const auto inner = ::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY);
    ::close(at);
    at = inner;
  }
  ::close(at);
  EXPECT_TRUE(remove_tree(tree).has_value());
  EXPECT_FALSE(fs::exists(tree));
}

TEST_F(RemoveTree, OpensWhatIsClosed) {
  fs::create_directories(tree / "a/b");
  fs::permissions(tree / "a/b", fs::perms::none);
  fs::permissions(tree / "a", fs::perms::none);
  EXPECT_TRUE(remove_tree(tree).has_value());
}

TEST_F(RemoveTree, TellsWhatIsNotThere) {
  EXPECT_FALSE(remove_tree(top / "none").has_value());
}

}  // namespace
}  // namespace hermes::io
