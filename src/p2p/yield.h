#pragma once

#include <cstdint>

namespace hermes::p2p {

/// What the blocks of a tree have yielded so far. Below each block of an honest tree there is
/// something; a stranger's may lead to nothing for ever, by a handful of blocks that refer to each
/// other again and again.
class Yield {
 public:
  /// A block was read that holds so many entries or bytes. False: too many have held nothing.
  bool add(std::uint64_t held) {
    ++(held > 0 ? fruitful_ : barren_);
    return barren_ <= kPatience + kDeepest * fruitful_;
  }

 private:
  static constexpr std::uint64_t kPatience = 1'000;
  static constexpr std::uint64_t kDeepest = 32;  // A tree may be so deep above each that holds.

  std::uint64_t fruitful_ = 0;
  std::uint64_t barren_ = 0;
};

}  // namespace hermes::p2p
