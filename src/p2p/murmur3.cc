#include "p2p/murmur3.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace hermes::p2p {
namespace {

constexpr std::uint64_t kC1 = 0x87c37b91114253d5ULL;
constexpr std::uint64_t kC2 = 0x4cf5ad432745937fULL;

std::uint64_t finish(std::uint64_t h) {
  h ^= h >> 33U;
  h *= 0xff51afd7ed558ccdULL;
  h ^= h >> 33U;
  h *= 0xc4ceb9fe1a85ec53ULL;
  return h ^ h >> 33U;
}

std::uint64_t mix1(std::uint64_t k) {
  return std::rotl(k * kC1, 31) * kC2;
}

std::uint64_t mix2(std::uint64_t k) {
  return std::rotl(k * kC2, 33) * kC1;
}

// Up to eight bytes, the first lowest.
std::uint64_t load(std::string_view text) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(text.size(), 8); ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(text[i])} << 8 * i;
  }
  return value;
}

}  // namespace

std::uint64_t murmur3(std::string_view text) {
  const std::uint64_t size = text.size();
  std::uint64_t h1 = 0;
  std::uint64_t h2 = 0;
  for (; text.size() >= 16; text.remove_prefix(16)) {
    h1 = std::rotl(h1 ^ mix1(load(text)), 27) + h2;
    h1 = h1 * 5 + 0x52dce729;
    h2 = std::rotl(h2 ^ mix2(load(text.substr(8))), 31) + h1;
    h2 = h2 * 5 + 0x38495ab5;
  }
  if (text.size() > 8) h2 ^= mix2(load(text.substr(8)));
  if (!text.empty()) h1 ^= mix1(load(text));
  h1 ^= size;
  h2 ^= size;
  h1 += h2;
  h2 += h1;
  return finish(h1) + finish(h2);
}

}  // namespace hermes::p2p
