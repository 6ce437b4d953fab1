#include "extensions/crypto/secret.h"

#include <gtest/gtest.h>

#include <array>
#include <new>
#include <string>
#include <vector>

namespace hermes::crypto {
namespace {

TEST(SecretTest, IsOverwrittenWhenItGoes) {
  using Bytes = std::array<unsigned char, 64>;
  alignas(Secret<Bytes>) std::array<unsigned char, sizeof(Secret<Bytes>)> memory{};
  Bytes key;
  key.fill(7);
  auto* secret = new (memory.data()) Secret<Bytes>(key);
  EXPECT_EQ(memory, key);
  secret->~Secret();
  EXPECT_EQ(memory, Bytes{});
}

TEST(SecretTest, WipesWholeTexts) {
  std::string text = "correct horse";
  text.resize(7);
  wipe(text);
  EXPECT_EQ(text, std::string(7, '\0'));
  EXPECT_EQ(text.data()[9], '\0') << "also what it had been longer";

  std::vector<std::string> words = {"legal", std::string(100, 'w')};
  wipe(words);
  EXPECT_EQ(words[0], std::string(5, '\0'));
  EXPECT_EQ(words[1], std::string(100, '\0'));
}

}  // namespace
}  // namespace hermes::crypto
