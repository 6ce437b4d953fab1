#include "p2p/file_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "p2p/dag_pb.h"
#include "p2p/file_builder.h"
#include "p2p/file_node.h"
#include "p2p/memory_blocks.h"
#include "p2p/unixfs.h"

namespace hermes::p2p {
namespace {

using ::testing::HasSubstr;

class FileReaderTest : public ::testing::Test {
 protected:
  Cid put(std::vector<DagLink> links, const UnixFs& content) {
    const auto data = content.encode();
    const auto block = DagNode{std::move(links), data}.encode();
    auto cid = Cid::of(block, kDagPb, 1);
    EXPECT_TRUE(blocks.put(cid, block));
    return cid;
  }
  Cid put_raw(std::string_view block) {
    auto cid = Cid::of(block, kRaw, 1);
    EXPECT_TRUE(blocks.put(cid, block));
    return cid;
  }
  Error error_of(const Cid& cid, std::uint64_t limit = 1'000) {
    const auto content = read_file(blocks, cid, limit);
    return content ? Error(Code::Busy, "it was read: " + *content) : content.error();
  }

  MemoryBlocks blocks;
  const Cid leaf = put_raw("leaf");
};

TEST_F(FileReaderTest, ReadsWhatIsInNodesAndBelowThem) {
  const auto root =
      put({{leaf, "", 4}, {leaf, "", 4}},
          {.type = UnixFs::Type::File, .data = "head ", .file_size = 13, .block_sizes = {4, 4}});
  EXPECT_EQ(*read_file(blocks, root, 13), "head leafleaf");
}

TEST_F(FileReaderTest, ReadsOldLeavesAndBlocksInNames) {
  const auto old = put({}, {.type = UnixFs::Type::Raw, .data = "old", .file_size = 3});
  const auto inlined = *Cid::from_bytes(std::string_view("\x01\x55\x00\x02in", 6));
  const auto root =
      put({{old, "", 9}, {inlined, "", 2}}, {.type = UnixFs::Type::File, .block_sizes = {3, 2}});
  EXPECT_EQ(*read_file(blocks, root, 5), "oldin");
}

TEST_F(FileReaderTest, ReadsNoMoreThanItsLimit) {
  const auto root =
      put({{leaf, "", 4}}, {.type = UnixFs::Type::File, .file_size = 4, .block_sizes = {4}});
  EXPECT_TRUE(read_file(blocks, root, 4));
  EXPECT_EQ(error_of(root, 3).code(), Code::LimitReached);
}

TEST_F(FileReaderTest, RefusesSizesThatAreNotTrue) {
  const auto type = UnixFs::Type::File;
  for (const auto& root : {
           put({{leaf, "", 4}}, {.type = type, .file_size = 5, .block_sizes = {4}}),
           put({{leaf, "", 4}}, {.type = type, .file_size = 3, .block_sizes = {3}}),
           put({{leaf, "", 4}}, {.type = type, .file_size = 4}),
           put({{leaf, "", 4}, {leaf, "", 4}}, {.type = type, .block_sizes = {4, ~0ULL}}),
       }) {
    EXPECT_EQ(error_of(root).code(), Code::Corrupt) << error_of(root).message();
  }
}

TEST_F(FileReaderTest, RefusesTreesThatHoldNothing) {
  auto node = put({}, {.type = UnixFs::Type::File});
  for (int i = 0; i < 3; ++i) {
    node = put({{node, "", 0}, {node, "", 0}}, {.type = UnixFs::Type::File, .block_sizes = {0, 0}});
  }
  EXPECT_THAT(error_of(node).message(), HasSubstr("holds nothing"));
}

TEST_F(FileReaderTest, RefusesTreesThatLeadToNothingForEver) {
  const auto empty = put_raw("");
  auto node = leaf;
  std::vector<DagLink> links(1'000, {empty, "", 0});
  std::vector<std::uint64_t> sizes(1'000, 0);
  links.push_back({node, "", 4});
  sizes.push_back(4);
  for (int depth = 0; depth < 10; ++depth) {  // Ten thousand leaves above one that holds something.
    links.back().cid = node;
    node = put(links, {.type = UnixFs::Type::File, .block_sizes = sizes});
  }
  const auto error = error_of(node);
  EXPECT_EQ(error.code(), Code::Corrupt);
  EXPECT_THAT(error.message(), HasSubstr("holds nothing"));
}

TEST_F(FileReaderTest, ReadsAsManyEmptyPartsAsThereAreOthers) {
  const auto empty = put_raw("");
  std::vector<DagLink> links;
  std::vector<std::uint64_t> sizes;
  for (int i = 0; i < 5'000; ++i) {
    links.push_back(i % 2 == 0 ? DagLink{leaf, "", 4} : DagLink{empty, "", 0});
    sizes.push_back(i % 2 == 0 ? 4 : 0);
  }
  const auto root = put(links, {.type = UnixFs::Type::File, .block_sizes = sizes});
  EXPECT_EQ(read_file(blocks, root, 10'000)->size(), 10'000U);
}

TEST_F(FileReaderTest, RefusesTreesThatAreTooDeep) {
  auto node = leaf;
  for (std::size_t i = 0; i < kDeepestFile; ++i) {
    node = put({{node, "", 4}}, {.type = UnixFs::Type::File, .block_sizes = {4}});
  }
  EXPECT_THAT(error_of(node).message(), HasSubstr("too deep"));
}

TEST_F(FileReaderTest, SaysWhatIsNoFileAndWhatIsNotThere) {
  EXPECT_EQ(error_of(put({}, {.type = UnixFs::Type::Directory})).code(), Code::InvalidArgument);
  EXPECT_EQ(error_of(put({}, {.type = UnixFs::Type::Symlink, .data = "x"})).code(),
            Code::InvalidArgument);
  EXPECT_EQ(error_of(Cid::of("elsewhere", kRaw, 1)).code(), Code::NotFound);
  EXPECT_EQ(error_of(Cid::of("x", 0x71, 1)).code(), Code::InvalidArgument);
}

TEST_F(FileReaderTest, TheReaderMayStop) {
  const auto stop = [](std::string_view) -> Result<> { return Error(Code::Stopping, "enough"); };
  const auto result = read_file(blocks, leaf, 4, stop);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), Code::Stopping);
}

TEST_F(FileReaderTest, TheRootSaysHowLargeTheFileIs) {
  const auto root =
      put({{leaf, "", 4}}, {.type = UnixFs::Type::File, .file_size = 4, .block_sizes = {4}});
  std::string block;
  ASSERT_TRUE(blocks.read(root, block));
  EXPECT_EQ(*file_size(root, block), 4);
}

}  // namespace
}  // namespace hermes::p2p
