#include "primitives/mnemonic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/hex.h"

namespace hermes::primitives {
namespace {

using hermes::testing::of_hex;
using ::testing::SizeIs;

using Prefix = std::vector<std::string>;

std::string phrase_of(std::span<const std::uint8_t> entropy, const Prefix& prefix,
                      std::string_view language) {
  const auto made = mnemonic_of(entropy, prefix, language);
  if (!made) return made.error().message();
  if (!made->has_value()) return std::string(describe(made->error()));
  std::string phrase;
  for (const auto word : **made) phrase += concat(phrase.empty() ? "" : " ", word);
  return phrase;
}

TEST(MnemonicTest, GivesTheOfficialWordsOfEveryLanguage) {
  struct Case {
    std::string_view language;
    std::string_view entropy;
    std::string_view words;
  };
  constexpr Case kCases[] = {
#define MNEMONIC(language, entropy, words, key) {language, entropy, words},
#include "testing/vectors/bip39.inc"
#undef MNEMONIC
  };
  for (const auto& [language, entropy, words] : kCases) {
    EXPECT_EQ(phrase_of(of_hex(entropy), {}, language), words) << language;
  }
}

TEST(MnemonicTest, BeginsWithThePrefix) {
  const std::vector<std::uint8_t> ones(32, 0xff);
  EXPECT_EQ(phrase_of(std::span(ones).first<16>(), {"abandon", "zoo", "legal"}, "English"),
            "abandon zoo legal zoo zoo zoo zoo zoo zoo zoo zoo wrap");
  const std::vector<std::uint8_t> zeroes(32, 0);
  const auto made = mnemonic_of(zeroes, Prefix{"zoo"}, "English");
  ASSERT_TRUE(made && made->has_value());
  EXPECT_THAT(**made, SizeIs(24));
  EXPECT_EQ((**made)[0], "zoo");
  EXPECT_EQ((**made)[1], "abandon");
}

TEST(MnemonicTest, TakesPrefixesInAnyUnicodeForm) {
  const std::vector<std::uint8_t> entropy(16, 7);
  const std::string composed = "m\u00e9rite";
  const std::string decomposed = "me\u0301rite";
  const auto phrase = phrase_of(entropy, {composed}, "french");
  EXPECT_EQ(phrase, phrase_of(entropy, {decomposed}, "French"));
  EXPECT_TRUE(phrase.starts_with(decomposed)) << phrase;
}

TEST(MnemonicTest, RefusesWhatIsNone) {
  const std::vector<std::uint8_t> entropy(16, 7);
  EXPECT_EQ(phrase_of(entropy, {}, "Klingon"), describe(NoMnemonic::UnknownLanguage));
  EXPECT_EQ(phrase_of(entropy, {}, ""), describe(NoMnemonic::UnknownLanguage));
  EXPECT_EQ(phrase_of(entropy, {"abandonn"}, "English"), describe(NoMnemonic::UnknownWord));
  EXPECT_EQ(phrase_of(entropy, {"zoo"}, "Czech"), describe(NoMnemonic::UnknownWord));
  EXPECT_EQ(phrase_of(entropy, {"\xff"}, "English"), describe(NoMnemonic::UnknownWord));
  EXPECT_EQ(phrase_of(std::span(entropy).first<15>(), {}, "English"),
            describe(NoMnemonic::BadLength));
}

}  // namespace
}  // namespace hermes::primitives
