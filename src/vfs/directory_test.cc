#include "vfs/directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <string>

#include "vfs/tree_test_text.h"

namespace hermes::vfs {
namespace {

namespace fs = std::filesystem;

class DirectoryTest : public ::testing::Test {
 protected:
  DirectoryTest() {
    fs::create_directories(root_ / "img");
    write(root_ / "index.html", "<h1>hello</h1>");
    write(root_ / "img/logo.svg", "<svg/>");
    write(base_ / "secret", "outside");
    auto tree = open_directory(root_);
    EXPECT_TRUE(tree);
    tree_ = *std::move(tree);
  }
  ~DirectoryTest() override { fs::remove_all(base_); }

  static fs::path new_directory() {
    std::string pattern = (fs::temp_directory_path() / "vfs_XXXXXX").string();
    return mkdtemp(pattern.data());
  }

  static void write(const fs::path& path, std::string_view text) { std::ofstream(path) << text; }

  std::string content(std::string_view path) const { return vfs::content(*tree_, path); }

  const fs::path base_ = new_directory();
  const fs::path root_ = base_ / "root";
  std::unique_ptr<Tree> tree_;
};

TEST_F(DirectoryTest, ShowsFilesAndDirectories) {
  EXPECT_EQ(content("index.html"), "<h1>hello</h1>");
  EXPECT_EQ(content("img/logo.svg"), "<svg/>");
  EXPECT_EQ(*tree_->kind("img"), Kind::Directory);
  EXPECT_EQ(*tree_->kind(""), Kind::Directory);
  EXPECT_EQ(*tree_->kind("img/logo.svg"), Kind::File);
  EXPECT_EQ(content("img"), "error: there is no 'img'");
}

TEST_F(DirectoryTest, KnowsAFileThatIsNotOpened) {
  const auto identity = tree_->identity("index.html");
  EXPECT_EQ(identity, (*tree_->open("index.html"))->identity());
  EXPECT_EQ(identity->size, 14U);
  EXPECT_EQ(tree_->identity("index.html"), identity);
  EXPECT_NE(tree_->identity("img/logo.svg"), identity);
  write(root_ / "index.html", "<h1>hello!</h1>");
  EXPECT_EQ(tree_->identity("index.html"), (*tree_->open("index.html"))->identity());
  for (const auto* path : {"", "img", "missing", "../secret", "img/../index.html", "/index.html"}) {
    EXPECT_EQ(tree_->identity(path), std::nullopt) << path;
  }
  fs::remove(root_ / "index.html");
  EXPECT_EQ(tree_->identity("index.html"), std::nullopt);
}

TEST_F(DirectoryTest, KnowsNoFileOutside) {
  ASSERT_TRUE(tree_->identity("index.html"));
  fs::remove(root_ / "index.html");
  fs::create_symlink(base_ / "secret", root_ / "index.html");
  EXPECT_EQ(tree_->identity("index.html"), std::nullopt);
}

TEST_F(DirectoryTest, ReadsAPartOfAFile) {
  const auto file = *tree_->open("index.html");
  std::array<std::byte, 5> into{};
  EXPECT_EQ(*file->read(4, into), 5U);
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(into.data()), 5), "hello");
  EXPECT_EQ(*file->read(12, into), 2U);
  EXPECT_EQ(*file->read(14, into), 0U);
  EXPECT_EQ(*file->read(std::uint64_t{1} << 63, into), 0U);
  EXPECT_GE(file->descriptor(), 0);
  EXPECT_GT(file->modified(), UtcTime(std::chrono::years(50)));
}

TEST_F(DirectoryTest, HasNothingOutside) {
  fs::create_symlink("../secret", root_ / "relative");
  fs::create_symlink(base_ / "secret", root_ / "absolute");
  fs::create_directory_symlink("..", root_ / "up");
  fs::create_symlink("/proc/self/fd/0", root_ / "magic");
  fs::create_symlink("self", root_ / "self");
  for (const std::string path :
       {"../secret", "img/../../secret", "/etc/passwd", "relative", "absolute", "up/secret", "up",
        "magic", "self", "img/../index.html", "./index.html", "img//logo.svg", "img/", "/", ".",
        "..", "index.html/", "index.html/x", "nothing"}) {
    EXPECT_EQ(content(path), "error: there is no '" + path + "'");
    EXPECT_FALSE(tree_->kind(path)) << path;
  }
  EXPECT_FALSE(tree_->open(std::string_view("index.html\0.png", 15)));
  EXPECT_FALSE(tree_->open(std::string(5'000, 'x')));
}

TEST_F(DirectoryTest, FollowsLinksInside) {
  fs::create_symlink("../index.html", root_ / "img/home");
  EXPECT_EQ(content("img/home"), "<h1>hello</h1>");
}

TEST_F(DirectoryTest, ListsWhatItHas) {
  fs::create_symlink("../index.html", root_ / "img/home");
  fs::create_symlink("../..", root_ / "img/out");
  fs::create_directory(root_ / "empty");
  ASSERT_EQ(mkfifo((root_ / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(names(*tree_, ""), "empty/ img/ index.html ");
  EXPECT_EQ(names(*tree_, "img"), "home logo.svg ");
  EXPECT_EQ(names(*tree_, "empty"), "");
  EXPECT_EQ(names(*tree_, "index.html"), "error: there is no 'index.html'");
  EXPECT_EQ(names(*tree_, "none"), "error: there is no 'none'");
}

TEST_F(DirectoryTest, IsNotMappedUnlessItIsFixed) {
  const std::string large(200'000, 'x');
  write(root_ / "large", large);
  const auto fixed = *open_fixed_directory(root_, {{"large", Digest{1, 2, 3}}});
  EXPECT_TRUE((*tree_->open("large"))->content().empty());
  EXPECT_EQ((*tree_->open("large"))->digest(), std::nullopt);
  const auto file = *fixed->open("large");
  ASSERT_EQ(file->content().size(), large.size());
  EXPECT_EQ(file->digest(), (Digest{1, 2, 3}));
  EXPECT_EQ(vfs::content(*fixed, "large"), large);
  EXPECT_EQ(vfs::content(*fixed, "index.html"), "<h1>hello</h1>");
  EXPECT_EQ((*fixed->open("index.html"))->digest(), std::nullopt);
  std::array<std::byte, 5> into{};
  EXPECT_EQ(*file->read(large.size() - 2, into), 2U);
  EXPECT_EQ(*file->read(large.size(), into), 0U);
  EXPECT_EQ(*file->read(std::uint64_t{1} << 63, into), 0U);
}

TEST_F(DirectoryTest, HasNoDevicesAndDoesNotWaitForAFifo) {
  ASSERT_EQ(mkfifo((root_ / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(content("fifo"), "error: there is no 'fifo'");
  EXPECT_FALSE(tree_->kind("fifo"));
}

TEST_F(DirectoryTest, SaysWhenAFileWasCut) {
  const auto file = *tree_->open("index.html");
  fs::resize_file(root_ / "index.html", 3);
  std::array<std::byte, 14> into{};
  EXPECT_EQ(file->read(0, into).error().message(), "the file was cut while it was read");
}

TEST_F(DirectoryTest, StaysWhereItWasWhenItIsMoved) {
  fs::rename(root_, base_ / "moved");
  EXPECT_EQ(content("index.html"), "<h1>hello</h1>");
}

TEST_F(DirectoryTest, IsADirectoryOrNothing) {
  EXPECT_EQ(open_directory(base_ / "none").error().message(),
            "'" + (base_ / "none").string() + "': No such file or directory");
  EXPECT_EQ(open_directory(base_ / "secret").error().message(),
            "'" + (base_ / "secret").string() + "': Not a directory");
}

}  // namespace
}  // namespace hermes::vfs
