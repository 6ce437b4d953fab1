#include "p2p/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "p2p/dag_pb.h"
#include "p2p/memory_blocks.h"
#include "p2p/murmur3.h"
#include "p2p/unixfs.h"

namespace hermes::p2p {
namespace {

using ::testing::HasSubstr;

class DirectoryTest : public ::testing::Test {
 protected:
  Cid file(std::string_view content) {
    auto cid = Cid::of(content, kRaw, 1);
    EXPECT_TRUE(blocks.put(cid, content));
    return cid;
  }
  Cid node(std::vector<DagLink> links, const UnixFs& content) {
    const auto data = content.encode();
    const auto block = DagNode{std::move(links), data}.encode();
    auto cid = Cid::of(block, kDagPb, 0);
    EXPECT_TRUE(blocks.put(cid, block));
    return cid;
  }
  Cid directory(std::vector<DirectoryEntry> entries) {
    return put_directory(blocks, std::move(entries), 0)->cid;
  }

  // The part of a trie that holds these names, of which the hash was looked at so far.
  Cid shard(const std::vector<std::string>& names, unsigned used = 0) {
    std::map<std::uint64_t, std::vector<std::string>> branches;
    for (const auto& name : names) branches[murmur3(name) << used >> 56U].push_back(name);
    std::vector<std::pair<std::string, Cid>> children;
    for (const auto& [branch, below] : branches) {
      const auto prefix =
          std::string{"0123456789ABCDEF"[branch >> 4U], "0123456789ABCDEF"[branch & 15U]};
      if (below.size() == 1) {
        children.emplace_back(prefix + below.front(), file(below.front()));
      } else {
        children.emplace_back(prefix, shard(below, used + 8));
      }
    }
    std::vector<DagLink> links;
    for (const auto& [name, cid] : children) links.push_back({cid, name, 1});
    return node(
        std::move(links),
        {.type = UnixFs::Type::HamtShard, .data = "bits", .hash_type = 0x22, .fanout = 256});
  }

  MemoryBlocks blocks;
};

TEST_F(DirectoryTest, AnEmptyOneHasTheNameThatAllKnow) {
  EXPECT_EQ(directory({}).text(), "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn");
}

TEST_F(DirectoryTest, FindsAndListsItsEntriesByName) {
  const auto root = directory({{"b", file("bee"), 3}, {"a", file("ay"), 2}});
  EXPECT_EQ(*find_entry(blocks, root, "a"), file("ay"));
  EXPECT_EQ(find_entry(blocks, root, "c").error().code(), Code::NotFound);
  const auto entries = *list_directory(blocks, root, 10);
  ASSERT_EQ(entries.size(), 2);
  EXPECT_EQ(entries[0].name, "a");
  EXPECT_EQ(entries[1].size, 3);
  EXPECT_EQ(list_directory(blocks, root, 1).error().code(), Code::LimitReached);
}

TEST_F(DirectoryTest, FindsEntriesOfATrie) {
  std::vector<std::string> names;
  for (int i = 0; i < 2'000; ++i) names.push_back("file " + std::to_string(i));
  const auto root = shard(names);
  for (const auto& name : names) {
    const auto found = find_entry(blocks, root, name);
    ASSERT_TRUE(found) << found.error().message();
    EXPECT_EQ(*found, file(name));
  }
  EXPECT_EQ(find_entry(blocks, root, "another").error().code(), Code::NotFound);
  EXPECT_EQ(list_directory(blocks, root, 2'000)->size(), 2'000);
}

TEST_F(DirectoryTest, RefusesTriesThatAreNone) {
  const auto odd = [&](std::uint64_t hash_type, std::uint64_t fanout) {
    return node({}, {.type = UnixFs::Type::HamtShard, .hash_type = hash_type, .fanout = fanout});
  };
  for (const auto& root : {odd(0x12, 256), odd(0x22, 0), odd(0x22, 100), odd(0x22, 1ULL << 40U)}) {
    EXPECT_EQ(find_entry(blocks, root, "a").error().code(), Code::Corrupt);
  }
  // One that leads ever deeper.
  auto root = shard({"a"});
  for (int i = 0; i < 20; ++i) {
    std::vector<std::string> names;
    std::vector<DagLink> links;
    for (unsigned branch = 0; branch < 256; ++branch) {
      names.push_back({"0123456789ABCDEF"[branch >> 4U], "0123456789ABCDEF"[branch & 15U]});
    }
    for (const auto& name : names) links.push_back({root, name, 1});
    root =
        node(std::move(links), {.type = UnixFs::Type::HamtShard, .hash_type = 0x22, .fanout = 256});
  }
  EXPECT_THAT(find_entry(blocks, root, "a").error().message(), HasSubstr("too deep"));
}

TEST_F(DirectoryTest, RefusesATrieThatLeadsToNothingForEver) {
  constexpr UnixFs::Type kShard = UnixFs::Type::HamtShard;
  std::vector<std::string> names;
  for (unsigned branch = 0; branch < 256; ++branch) {
    names.push_back({"0123456789ABCDEF"[branch >> 4U], "0123456789ABCDEF"[branch & 15U]});
  }
  auto part = node({}, {.type = kShard, .data = "bits", .hash_type = 0x22, .fanout = 256});
  for (int depth = 0; depth < 7; ++depth) {  // Of eight blocks: 256^7 ways.
    std::vector<DagLink> links;
    for (const auto& name : names) links.push_back({part, name, 1});
    part =
        node(std::move(links), {.type = kShard, .data = "bits", .hash_type = 0x22, .fanout = 256});
  }
  const auto entries = list_directory(blocks, part, 1'000'000);
  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().code(), Code::Corrupt);
  EXPECT_THAT(entries.error().message(), HasSubstr("holds nothing"));
}

TEST_F(DirectoryTest, APathLeadsThroughDirectories) {
  const auto root = directory({{"docs", directory({{"a.txt", file("text"), 4}}), 50}});
  for (const auto& text : {"/ipfs/" + root.text() + "/docs/a.txt", root.text() + "/docs/a.txt/"}) {
    EXPECT_EQ(*resolve(blocks, *ContentPath::parse(text)), file("text"));
  }
  EXPECT_EQ(*resolve(blocks, *ContentPath::parse(root.text())), root);
  EXPECT_EQ(resolve(blocks, *ContentPath::parse(root.text() + "/docs/a.txt/b")).error().code(),
            Code::InvalidArgument);
}

TEST_F(DirectoryTest, RefusesPathsThatAreNone) {
  const auto root = directory({}).text();
  for (const auto& text : {std::string(), std::string("/ipfs/"), "/ipns/" + root, root + "//a",
                           root + "/../a", root + "/./a", root + "/" + std::string(5'000, 'a')}) {
    EXPECT_FALSE(ContentPath::parse(text)) << text;
  }
}

TEST_F(DirectoryTest, OneThatDoesNotFitIsRefused) {
  std::vector<DirectoryEntry> entries;
  for (int i = 0; i < 30'000; ++i) entries.push_back({std::to_string(i), file("x"), 1});
  const auto tree = put_directory(blocks, std::move(entries), 0);
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code(), Code::LimitReached);
}

TEST(Murmur3Test, IsThatOfOthers) {
  EXPECT_EQ(murmur3(""), 0);
  EXPECT_EQ(murmur3("hello"), 0xcbd8a7b341bd9b02ULL);
  EXPECT_EQ(murmur3("hello, world"), 0x342fac623a5ebc8eULL);
  EXPECT_EQ(murmur3("19 Jan 2038 at 3:14:07 AM"), 0xb89e5988b737affcULL);
}

}  // namespace
}  // namespace hermes::p2p
