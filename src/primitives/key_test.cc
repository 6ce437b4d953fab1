#include "primitives/key.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/hex.h"

namespace hermes::primitives {
namespace {

using hermes::testing::to_hex;

constexpr std::uint32_t kHard = std::uint32_t{1} << 31;

std::vector<std::string> words_of(std::string_view phrase) {
  const auto words = hermes::words(phrase);
  return {words.begin(), words.end()};
}

Key key_of(std::string_view phrase, std::string_view passphrase = "") {
  auto made = Key::of_mnemonic(words_of(phrase), passphrase);
  if (!made) throw std::runtime_error(made.error().message());
  if (!made->has_value()) throw std::runtime_error(std::string(describe(made->error())));
  return std::move(**made);
}

NoMnemonic refusal_of(const std::vector<std::string>& words) {
  const auto made = Key::of_mnemonic(words, "");
  if (!made || made->has_value()) throw std::runtime_error("it is a mnemonic");
  return made->error();
}

constexpr std::string_view kPhrase =
    "eight country switch draw meat scout mystery blade tip drift useless good keep usage title";

TEST(KeyTest, IsMadeOfWordsOfEveryLanguage) {
  struct Case {
    std::string_view words;
    std::string_view key;
  };
  constexpr Case kCases[] = {
#define MNEMONIC(language, entropy, words, key) {words, key},
#include "testing/vectors/bip39.inc"
#undef MNEMONIC
  };
  for (const auto& [words, key] : kCases) EXPECT_EQ(to_hex(*key_of(words).public_key()), key);
}

// The private keys, which are not shown, are compared in rust/primitives/src/key.rs.
TEST(KeyTest, HasTheOfficialPublicKeys) {
  struct Case {
    std::string_view what;
    std::string_view phrase;
    std::string_view passphrase;
    std::string_view path;
    std::string_view key;
  };
  constexpr Case kCases[] = {
#define KEY(what, phrase, passphrase, path, private_key, public_key) \
  {what, phrase, passphrase, path, public_key},
#include "testing/vectors/keys.inc"
#undef KEY
  };
  const std::uint32_t staking[] = {1852 + kHard, 1815 + kHard, kHard, 2, 0};
  for (const auto& [what, phrase, passphrase, path, key] : kCases) {
    auto found = key_of(phrase, passphrase);
    if (path != "m") found = *found.derive(staking);
    EXPECT_EQ(to_hex(*found.public_key()), key) << what;
  }
}

TEST(KeyTest, SignsAndChecks) {
  const auto key = key_of(kPhrase);
  const std::vector<std::uint8_t> data = {1, 2, 3};
  auto signature = *key.sign(data);
  EXPECT_EQ(signature, *key.sign(data)) << "no random number is in it";
  EXPECT_TRUE(*key.verify(data, signature));
  EXPECT_FALSE(*key.verify(std::span(data).first<2>(), signature));
  EXPECT_FALSE(*key_of(kPhrase, "foo").verify(data, signature));
  signature[63] ^= 1;
  EXPECT_FALSE(*key.verify(data, signature));
  EXPECT_FALSE(*key.verify(data, {}));
}

TEST(KeyTest, IsNotMadeOfOtherWords) {
  auto words = words_of(kPhrase);
  std::swap(words[0], words[1]);
  EXPECT_EQ(refusal_of(words), NoMnemonic::BadChecksum);
  words.pop_back();
  EXPECT_EQ(refusal_of(words), NoMnemonic::BadLength);
  EXPECT_EQ(refusal_of({}), NoMnemonic::BadLength);
  EXPECT_EQ(refusal_of(std::vector<std::string>(25, "zoo")), NoMnemonic::BadLength);
  EXPECT_EQ(refusal_of(std::vector<std::string>(12, "zoos")), NoMnemonic::UnknownWord);
  EXPECT_EQ(refusal_of(std::vector<std::string>(12, "")), NoMnemonic::BadLength);
  EXPECT_EQ(refusal_of(std::vector<std::string>(6, "zoo zoo")), NoMnemonic::UnknownWord);
  EXPECT_EQ(refusal_of(std::vector<std::string>(12, "\xff")), NoMnemonic::UnknownWord);
}

}  // namespace
}  // namespace hermes::primitives
