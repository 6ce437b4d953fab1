#include "p2p/dag_pb.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hermes::p2p {
namespace {

using namespace std::literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Cid kLeaf = Cid::of("leaf", kRaw, 1);

TEST(DagPbTest, ReadsWhatItWrites) {
  const DagNode node{{{kLeaf, "a", 4}, {Cid::of("x", kDagPb, 0), "", 300}}, "data"};
  const auto block = node.encode();
  const auto read = DagNode::decode(block);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, node);
}

TEST(DagPbTest, AnEmptyDirectoryIsWhatOthersCallIt) {
  const DagNode node{{}, "\x08\x01"};
  EXPECT_EQ(Cid::of(node.encode(), kDagPb, 0).text(),
            "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn");
}

TEST(DagPbTest, AnEmptyBlockIsANodeOfNothing) {
  const auto node = DagNode::decode("");
  ASSERT_TRUE(node);
  EXPECT_EQ(*node, DagNode());
  EXPECT_EQ(node->encode(), "");
}

TEST(DagPbTest, RefusesWhatNobodyWrites) {
  const DagNode node{{{kLeaf, "a", 4}}, "data"};
  const auto block = node.encode();
  const auto refuse = [](std::string_view text) { return !DagNode::decode(text); };
  EXPECT_TRUE(refuse(block.substr(0, block.size() - 1)));
  EXPECT_TRUE(refuse(block + block));                 // Links behind the data.
  EXPECT_TRUE(refuse("\x0a\x01x\x0a\x01x"sv));        // Data twice.
  EXPECT_TRUE(refuse("\x08\x01"sv));                  // Data that is a number.
  EXPECT_TRUE(refuse("\x1a\x01x"sv));                 // A field that there is not.
  EXPECT_TRUE(refuse("\x12\x03\x12\x01x"sv));         // A link without a hash.
  EXPECT_TRUE(refuse("\x12\x04\x0a\x02\x12\x00"sv));  // A hash that is none.
  EXPECT_TRUE(refuse(std::string(kLargestBlock + 1, 'x')));
}

TEST(DagPbTest, OnlyDagPbHasLinks) {
  const DagNode node{{{kLeaf, "a", 4}}, {}};
  const auto block = node.encode();
  EXPECT_THAT(*links_of(Cid::of(block, kDagPb, 0), block), ElementsAre(kLeaf));
  EXPECT_THAT(*links_of(Cid::of(block, kRaw, 1), block), IsEmpty());
  const auto bad = links_of(Cid::of("bad", kDagPb, 0), "bad");
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().message(), HasSubstr("not dag-pb"));
}

}  // namespace
}  // namespace hermes::p2p
