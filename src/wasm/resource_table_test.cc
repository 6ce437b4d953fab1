#include "wasm/resource_table.h"

#include <gtest/gtest.h>

#include <memory>

namespace hermes::wasm {
namespace {

struct Statement : ResourceOf<Statement> {
  explicit Statement(int& live_count) : live(live_count) { ++live; }
  ~Statement() override { --live; }
  int& live;
};
struct Block : ResourceOf<Block> {};

class ResourceTableTest : public ::testing::Test {
 protected:
  std::uint32_t add_statement(ResourceTable& table) {
    return *table.add(std::unique_ptr<Resource>(std::make_unique<Statement>(live)));
  }

  int live = 0;
};

TEST_F(ResourceTableTest, DestroysWhatItOwns) {
  {
    ResourceTable table;
    const auto first = add_statement(table);
    add_statement(table);
    EXPECT_EQ(live, 2);
    table.drop(first);
    table.drop(first);
    EXPECT_EQ(live, 1);
  }
  EXPECT_EQ(live, 0);
}

TEST_F(ResourceTableTest, KnowsObjectsByNumberAndType) {
  ResourceTable table;
  const auto rep = add_statement(table);
  EXPECT_TRUE(table.get<Statement>(rep));
  EXPECT_FALSE(table.get<Block>(rep));
  EXPECT_FALSE(table.get<Statement>(rep + 1));
}

TEST_F(ResourceTableTest, GivesAnObjectAwayOnce) {
  ResourceTable table;
  const auto rep = add_statement(table);
  auto taken = table.take<Statement>(rep);
  ASSERT_TRUE(taken);
  EXPECT_EQ(live, 1);
  EXPECT_FALSE(table.take<Statement>(rep));
  EXPECT_EQ(add_statement(table), rep) << "numbers are used again";
}

TEST_F(ResourceTableTest, LendsOnlyConstObjectsAndNeverGivesThemAway) {
  const auto block = std::make_shared<const Block>();
  ResourceTable table;
  const auto rep = *table.add(std::shared_ptr<const Resource>(block));
  EXPECT_TRUE(table.get<const Block>(rep));
  EXPECT_FALSE(table.get<Block>(rep));
  EXPECT_FALSE(table.take<Block>(rep));
  EXPECT_EQ(block.use_count(), 2);
  table.drop(rep);
  EXPECT_EQ(block.use_count(), 1);
}

TEST_F(ResourceTableTest, RefusesMoreThanItsLimit) {
  ResourceTable table(1);
  add_statement(table);
  auto refused = table.add(std::unique_ptr<Resource>(std::make_unique<Statement>(live)));
  EXPECT_EQ(refused.error().message(), "the call is at its limit of 1 resources");
  EXPECT_EQ(live, 1);
}

}  // namespace
}  // namespace hermes::wasm
