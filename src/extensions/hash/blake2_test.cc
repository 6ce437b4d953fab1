#include "extensions/hash/blake2.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "testing/hex.h"

namespace hermes::hash {
namespace {

using hermes::testing::pattern;
using hermes::testing::to_hex;

struct Case {
  std::size_t size;
  bool keyed;
  std::string_view hash;
};

TEST(Blake2Test, GivesTheOfficialHashesOfBlake2b) {
  constexpr Case kCases[] = {
#define BLAKE2B(size, keyed, hash) {size, keyed, hash},
#include "testing/vectors/blake2.inc"
#undef BLAKE2B
  };
  for (const auto& [size, keyed, hash] : kCases) {
    std::vector<std::uint8_t> out(64);
    blake2b(pattern(size), {.key = pattern(keyed ? 64 : 0)}, out);
    EXPECT_EQ(to_hex(out), hash) << size << " bytes, " << (keyed ? "keyed" : "plain");
  }
}

TEST(Blake2Test, GivesTheOfficialHashesOfBlake2s) {
  constexpr Case kCases[] = {
#define BLAKE2S(size, keyed, hash) {size, keyed, hash},
#include "testing/vectors/blake2.inc"
#undef BLAKE2S
  };
  for (const auto& [size, keyed, hash] : kCases) {
    std::vector<std::uint8_t> out(32);
    blake2s(pattern(size), {.key = pattern(keyed ? 32 : 0)}, out);
    EXPECT_EQ(to_hex(out), hash) << size << " bytes, " << (keyed ? "keyed" : "plain");
  }
}

struct Parameters {
  std::size_t size;
  std::string_view key;
  std::string_view salt;
  std::string_view personal;
  std::string_view hash;
};

std::string hash_of(decltype(blake2b) function, const Parameters& given) {
  const auto bytes = [](std::string_view text) {
    return std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  };
  std::vector<std::uint8_t> out(given.size);
  function(pattern(200), {bytes(given.key), bytes(given.salt), bytes(given.personal)}, out);
  return to_hex(out);
}

TEST(Blake2Test, TakesEverySizeKeySaltAndPersonalisation) {
  constexpr Parameters kB[] = {
#define BLAKE2B_PARAMETERS(size, ...) {size, __VA_ARGS__},
#include "testing/vectors/blake2_parameters.inc"
#undef BLAKE2B_PARAMETERS
  };
  for (const auto& given : kB) EXPECT_EQ(hash_of(blake2b, given), given.hash);
  constexpr Parameters kS[] = {
#define BLAKE2S_PARAMETERS(size, ...) {size, __VA_ARGS__},
#include "testing/vectors/blake2_parameters.inc"
#undef BLAKE2S_PARAMETERS
  };
  for (const auto& given : kS) EXPECT_EQ(hash_of(blake2s, given), given.hash);
}

}  // namespace
}  // namespace hermes::hash
