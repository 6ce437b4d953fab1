#include "extensions/ipfs/record_search.h"

#include <gtest/gtest.h>

namespace hermes::ipfs {
namespace {

class RecordSearchTest : public ::testing::Test {
 protected:
  static p2p::Record record(const std::string& value, std::int64_t sequence = 1) {
    p2p::Record record;
    record.value = value;
    record.sequence = sequence;
    return record;
  }

  int answers = 0;
  std::string found = "none";
  RecordSearch search{3, [this](const std::optional<p2p::Record>& record) {
                        ++answers;
                        if (record) found = record->value;
                      }};
};

TEST_F(RecordSearchTest, TheFirstPlaceThatHasOneCounts) {
  search.add(2, record("last"));
  search.end(2);
  search.add(1, record("middle"));
  search.end(1);
  EXPECT_EQ(answers, 0) << "the first may have one still";
  search.end(0);
  EXPECT_EQ(found, "middle");
  EXPECT_EQ(answers, 1);
}

TEST_F(RecordSearchTest, NobodyWaitsForPlacesBehindIt) {
  search.add(0, record("first"));
  search.end(0);
  EXPECT_EQ(found, "first");
  search.end(1);
  search.end(2);
  EXPECT_EQ(answers, 1);
}

TEST_F(RecordSearchTest, TheNewestOfAPlaceCounts) {
  search.add(0, record("old", 1));
  search.add(0, record("new", 3));
  search.add(0, record("older", 2));
  search.end(0);
  EXPECT_EQ(found, "new");
}

TEST_F(RecordSearchTest, SaysThatThereIsNone) {
  for (std::size_t i = 0; i < 3; ++i) search.end(i);
  EXPECT_EQ(found, "none");
  EXPECT_EQ(answers, 1);
}

}  // namespace
}  // namespace hermes::ipfs
