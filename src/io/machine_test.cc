#include "io/machine.h"

#include <gtest/gtest.h>

namespace hermes::io {
namespace {

TEST(Machine, HasMemory) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20;
  EXPECT_GT(memory_of_machine(), 64 * kMebibyte);
  EXPECT_LT(memory_of_machine(), kMebibyte * kMebibyte);
}

}  // namespace
}  // namespace hermes::io
