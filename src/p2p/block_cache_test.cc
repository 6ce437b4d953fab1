#include "p2p/block_cache.h"

#include <gtest/gtest.h>

#include "p2p/memory_blocks.h"

namespace hermes::p2p {
namespace {

class CountedBlocks final : public BlockSource {
 public:
  Result<> read(const Cid& cid, std::string& into) override {
    ++reads;
    return blocks.read(cid, into);
  }

  MemoryBlocks blocks;
  int reads = 0;
};

class BlockCacheTest : public ::testing::Test {
 protected:
  Cid put(std::string_view block) {
    auto cid = Cid::of(block, kRaw, 1);
    EXPECT_TRUE(source.blocks.put(cid, block));
    return cid;
  }

  CountedBlocks source;
  BlockCache cache{source, 10};
};

TEST_F(BlockCacheTest, ReadsABlockOnce) {
  const auto cid = put("block");
  EXPECT_EQ(**cache.read(cid), "block");
  EXPECT_EQ(**cache.read(cid), "block");
  EXPECT_EQ(source.reads, 1);
}

TEST_F(BlockCacheTest, ForgetsWhatWasNotReadForLongest) {
  const auto a = put("aaaaa");
  const auto b = put("bbbbb");
  const auto c = put("ccccc");
  for (const auto& cid : {a, b, a, c, a}) ASSERT_TRUE(cache.read(cid));
  EXPECT_EQ(source.reads, 3);
  ASSERT_TRUE(cache.read(b));
  EXPECT_EQ(source.reads, 4);
}

TEST_F(BlockCacheTest, KeepsNothingThatIsTooLarge) {
  const auto large = put("eleven byte");
  ASSERT_TRUE(cache.read(large));
  EXPECT_EQ(**cache.read(large), "eleven byte");
  EXPECT_EQ(source.reads, 2);
}

TEST_F(BlockCacheTest, FailsAsItsSourceDoes) {
  EXPECT_EQ(cache.read(Cid::of("gone", kRaw, 1)).error().code(), Code::NotFound);
}

}  // namespace
}  // namespace hermes::p2p
