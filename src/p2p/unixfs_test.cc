#include "p2p/unixfs.h"

#include <gtest/gtest.h>

namespace hermes::p2p {
namespace {

using namespace std::literals;

TEST(UnixFsTest, ReadsWhatItWrites) {
  const UnixFs file{.type = UnixFs::Type::File, .file_size = 7, .block_sizes = {3, 4}};
  EXPECT_EQ(*UnixFs::decode(file.encode()), file);
  const UnixFs shard{
      .type = UnixFs::Type::HamtShard, .data = "\x01", .hash_type = 0x22, .fanout = 256};
  EXPECT_EQ(*UnixFs::decode(shard.encode()), shard);
}

TEST(UnixFsTest, AFileOfNothingHasASize) {
  const UnixFs file{.type = UnixFs::Type::File, .file_size = 0};
  EXPECT_EQ(file.encode(), "\x08\x02\x18\x00"sv);
}

TEST(UnixFsTest, ReadsSizesInOnePieceAndSkipsWhatIsNew) {
  const auto file = UnixFs::decode("\x08\x02\x22\x02\x03\x04\x38\x05"sv);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->block_sizes, (std::vector<std::uint64_t>{3, 4}));
}

TEST(UnixFsTest, RefusesWhatIsNone) {
  for (const auto text : {""sv, "\x08\x06"sv, "\x0a\x01x"sv, "\x08\x02\x10\x01"sv, "\x08"sv,
                          "\x08\x02\x22\x01\x80"sv, "\x18\x01"sv}) {
    EXPECT_FALSE(UnixFs::decode(text));
  }
}

}  // namespace
}  // namespace hermes::p2p
