#include "p2p/content_tree.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "p2p/dag_pb.h"
#include "p2p/directory.h"
#include "p2p/file_builder.h"
#include "p2p/memory_blocks.h"
#include "p2p/unixfs.h"
#include "vfs/tree_test_text.h"

namespace hermes::p2p {
namespace {

using vfs::content;
using vfs::names;

class ContentTreeTest : public ::testing::Test {
 protected:
  Cid put_file(std::string_view content, FileLayout layout = {}) {
    FileBuilder builder(blocks, layout);
    EXPECT_TRUE(builder.add(content));
    return builder.finish()->cid;
  }
  Cid put_node(const DagNode& node) {
    const auto block = node.encode();
    auto cid = Cid::of(block, kDagPb, 1);
    EXPECT_TRUE(blocks.put(cid, block));
    return cid;
  }
  std::string put_folder(std::vector<DirectoryEntry> entries) {
    return put_directory(blocks, std::move(entries), 1)->cid.text();
  }

  MemoryBlocks blocks;
  const std::shared_ptr<const vfs::Tree> tree = content_tree(blocks);
};

TEST_F(ContentTreeTest, HasFilesAndDirectoriesByTheirCid) {
  const auto file = put_file("hello");
  const auto below = put_directory(blocks, {{"deep", file, 5}}, 1)->cid;
  const auto folder = put_folder({{"a", file, 5}, {"b", below, 9}});
  EXPECT_EQ(content(*tree, file.text()), "hello");
  EXPECT_EQ(content(*tree, folder + "/b/deep"), "hello");
  EXPECT_EQ(names(*tree, folder), "a b/ ");
  EXPECT_EQ(*tree->kind(folder + "/b"), vfs::Kind::Directory);
  EXPECT_EQ(*tree->kind(folder + "/a"), vfs::Kind::File);
  EXPECT_FALSE(tree->open(folder));
  EXPECT_FALSE(tree->list(file.text()));
}

TEST_F(ContentTreeTest, DoesNotTellWhatThereIs) {
  put_file("hello");
  EXPECT_EQ(*tree->kind(""), vfs::Kind::Directory);
  EXPECT_EQ(names(*tree, ""), "");
}

TEST_F(ContentTreeTest, ReadsFromEveryPlaceOfAFile) {
  std::string text;
  for (int i = 0; i < 1'000; ++i) text += std::to_string(i);
  const auto cid = put_file(text, {.cid_version = 1, .chunk = 7, .links = 3});
  const auto file = *tree->open(cid.text());
  ASSERT_EQ(file->size(), text.size());
  for (std::uint64_t at = 0; at <= text.size() + 1; ++at) {
    std::array<char, 20> some{};
    const auto size = *file->read(at, std::as_writable_bytes(std::span(some)));
    const auto expected = std::string_view(text).substr(std::min<std::size_t>(at, text.size()), 20);
    ASSERT_EQ(std::string_view(some.data(), size), expected) << at;
  }
}

TEST_F(ContentTreeTest, HasNothingUnderWrongNames) {
  const auto cid = put_file("hello");
  const auto link =
      put_node({.data = UnixFs{.type = UnixFs::Type::Symlink, .data = "/etc"}.encode()});
  const auto folder = put_folder({{"link", link, 1}, {"gone", Cid::of("gone", kRaw, 1), 4}});
  for (const auto& path :
       {std::string("nonsense"), cid.text() + "/below", "/ipfs/" + cid.text(), folder + "/other",
        folder + "/link", folder + "/gone", Cid::of("gone", kRaw, 1).text(), std::string("..")}) {
    EXPECT_EQ(tree->kind(path).error().code(), Code::NotFound) << path;
    EXPECT_EQ(tree->open(path).error().code(), Code::NotFound) << path;
  }
  EXPECT_EQ(names(*tree, folder), "");
}

TEST_F(ContentTreeTest, OfAFileThatIsNotAllHereReadsWhatIs) {
  const auto cid = put_file("aaaabbbb", {.cid_version = 1, .chunk = 4});
  blocks.blocks.erase(Cid::of("bbbb", kRaw, 1).multihash());
  const auto file = *tree->open(cid.text());
  std::array<std::byte, 4> some{};
  EXPECT_EQ(*file->read(0, some), 4U);
  EXPECT_EQ(file->read(4, some).error().code(), Code::NotFound);
}

TEST_F(ContentTreeTest, RefusesSizesThatAreNotTrue) {
  const auto leaf = put_file("leaf", {.cid_version = 1});
  const auto data = UnixFs{.type = UnixFs::Type::File, .file_size = 5, .block_sizes = {5}}.encode();
  const auto lies = put_node({{{leaf, "", 4}}, data});
  const auto file = *tree->open(lies.text());
  std::array<std::byte, 5> some{};
  EXPECT_EQ(file->read(0, some).error().code(), Code::Corrupt);
}

}  // namespace
}  // namespace hermes::p2p
