#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace hermes::hash {

/// What BLAKE2 mixes in. Sizes are checked by whoever calls: a key has at most 32 bytes for BLAKE2s
/// and 64 for BLAKE2b, the others at most 8 and 16; what is shorter is filled up with zeroes.
struct Blake2Options {
  std::span<const std::uint8_t> key = {};
  std::span<const std::uint8_t> salt = {};
  std::span<const std::uint8_t> personal = {};
};

/// The most bytes that each can take or give.
struct Blake2Sizes {
  std::size_t hash;
  std::size_t key;
  std::size_t salt;
  std::size_t personal;
};

inline constexpr Blake2Sizes kBlake2s = {32, 32, 8, 8};
inline constexpr Blake2Sizes kBlake2b = {64, 64, 16, 16};

/// Fill `out`, 1 to 32 or 64 bytes, with the hash of `data`.
void blake2s(std::span<const std::uint8_t> data, const Blake2Options& options,
             std::span<std::uint8_t> out);
void blake2b(std::span<const std::uint8_t> data, const Blake2Options& options,
             std::span<std::uint8_t> out);

}  // namespace hermes::hash
