#include "p2p/add_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <vector>

#include "p2p/dag_pb.h"
#include "p2p/directory.h"
#include "p2p/file_builder.h"
#include "p2p/memory_blocks.h"
#include "p2p/temporary_home.h"
#include "p2p/write_tree.h"

namespace hermes::p2p {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AddPathTest : public ::testing::Test {
 protected:
  void write(const fs::path& name, std::string_view content) const {
    fs::create_directories((home.path / name).parent_path());
    std::ofstream(home.path / name) << content;
  }
  std::string read(const fs::path& name) const {
    std::ostringstream text;
    text << std::ifstream(home.path / name).rdbuf();
    return text.str();
  }
  Result<BuiltTree> add(const fs::path& name, const FileLayout& layout = {}) {
    return add_path(
        blocks, home.path / name, layout,
        [&](const fs::path& path, const BuiltTree&) { added.push_back(path.native()); },
        [&](std::uint64_t) { return Result<>(); });
  }
  Result<> get(const Cid& cid, const fs::path& name) {
    return write_tree(blocks, cid, home.path / name, [](std::uint64_t) { return Result<>(); });
  }

  const TemporaryHome home;
  MemoryBlocks blocks;
  std::vector<std::string> added;
};

TEST_F(AddPathTest, ADirectoryComesBackAsItWas) {
  write("tree/a.txt", "a");
  write("tree/deep/er/b.txt", std::string(700'000, 'b'));
  write("tree/.hidden", "h");
  fs::create_directories(home.path / "tree/empty");
  fs::create_symlink("deep/er", home.path / "tree/link");
  const auto tree = add("tree");
  ASSERT_TRUE(tree) << tree.error().message();
  EXPECT_EQ(added.back(), "tree");
  ASSERT_TRUE(get(tree->cid, "copy"));
  EXPECT_EQ(read("copy/a.txt"), "a");
  EXPECT_EQ(read("copy/deep/er/b.txt"), std::string(700'000, 'b'));
  EXPECT_EQ(fs::read_symlink(home.path / "copy/link"), "deep/er");
  EXPECT_TRUE(fs::is_directory(home.path / "copy/empty"));
  EXPECT_FALSE(fs::exists(home.path / "copy/.hidden"));
  EXPECT_EQ(add("copy")->cid, tree->cid);
}

TEST_F(AddPathTest, AFileHasTheNameThatOthersGiveIt) {
  write("hello", "hello world");
  EXPECT_EQ(add("hello")->cid.text(), "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD");
  EXPECT_THAT(added, ElementsAre("hello"));
  EXPECT_EQ(add("nothing").error().code(), Code::NotFound);
}

// It is read in pieces of a mebibyte.
TEST_F(AddPathTest, ALargeFileHasTheNameThatItHasInOnePiece) {
  constexpr std::size_t kMebibyte = 1 << 20;
  for (const auto size : {kMebibyte, kMebibyte + 1, 3 * kMebibyte, 5 * kMebibyte - 1}) {
    std::string content(size, '\0');
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 31 + i / 251);
    write("large", content);
    MemoryBlocks whole;
    FileBuilder builder(whole);
    ASSERT_TRUE(builder.add(content));
    const auto tree = add("large");
    ASSERT_TRUE(tree) << tree.error().message();
    EXPECT_EQ(tree->cid, builder.finish()->cid);
    EXPECT_EQ(tree->size, size);
  }
}

TEST_F(AddPathTest, EndsWhereTheSinkOrWhoWatchesEndsIt) {
  struct Full final : BlockSink {
    Result<> put(const Cid&, std::string_view) override {
      return Error(Code::LimitReached, "full");
    }
  } full;
  write("large", std::string(3 << 20, 'x'));
  const auto ignore = [](const fs::path&, const BuiltTree&) {};
  const auto go_on = [](std::uint64_t) { return Result<>(); };
  const auto stop = [](std::uint64_t) { return Result<>(Error(Code::Stopping, "stopped")); };
  const auto path = home.path / "large";
  EXPECT_EQ(add_path(full, path, {}, ignore, go_on).error().code(), Code::LimitReached);
  EXPECT_EQ(add_path(blocks, path, {}, ignore, stop).error().code(), Code::Stopping);
}

TEST_F(AddPathTest, WritesNothingElsewhere) {
  write("taken", "mine");
  const auto file = add("taken")->cid;
  EXPECT_FALSE(get(file, "taken"));
  EXPECT_EQ(read("taken"), "mine");
  for (const std::string name : {"..", ".", "", "../out", "/tmp/out"}) {
    const auto root = put_directory(blocks, {{name, file, 1}}, 0)->cid;
    const auto done = get(root, "into");
    ASSERT_FALSE(done) << name;
    EXPECT_THAT(done.error().message(), HasSubstr("an entry of the name"));
    fs::remove_all(home.path / "into");
  }
  // A link, and below its name a file.
  fs::create_directories(home.path / "out");
  fs::create_symlink(home.path / "out", home.path / "link");
  fs::create_directories(home.path / "links");
  fs::rename(home.path / "link", home.path / "links/x");
  const auto link = *find_entry(blocks, add("links")->cid, "x");
  const auto below = put_directory(blocks, {{"f", file, 1}}, 0)->cid;
  const auto root = put_directory(blocks, {{"x", link, 1}, {"x", below, 1}}, 0)->cid;
  EXPECT_FALSE(get(root, "into"));
  EXPECT_TRUE(fs::is_empty(home.path / "out"));
}

}  // namespace
}  // namespace hermes::p2p
