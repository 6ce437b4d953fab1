#include "primitives/blake3.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "testing/hex.h"

namespace hermes::primitives {
namespace {

using hermes::testing::pattern;
using hermes::testing::to_hex;

TEST(Blake3Test, GivesTheOfficialHashes) {
  struct Case {
    std::size_t size;
    std::string_view hash;
    std::string_view keyed_hash;
  };
  constexpr Case kCases[] = {
#define BLAKE3(size, hash, keyed_hash) {size, hash, keyed_hash},
#include "testing/vectors/blake3.inc"
#undef BLAKE3
  };
  constexpr std::string_view kKey = "whats the Elvish word for friend";
  const std::vector<std::uint8_t> key(kKey.begin(), kKey.end());
  for (const auto& [size, hash, keyed_hash] : kCases) {
    const auto data = pattern(size, 251);
    std::vector<std::uint8_t> out(131);
    ASSERT_TRUE(blake3(data, std::nullopt, out));
    EXPECT_EQ(to_hex(out), hash) << size << " bytes";
    ASSERT_TRUE(blake3(data, std::span(key).first<32>(), out));
    EXPECT_EQ(to_hex(out), keyed_hash) << size << " bytes";
  }
}

}  // namespace
}  // namespace hermes::primitives
