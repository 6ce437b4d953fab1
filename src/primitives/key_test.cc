#include "primitives/key.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/hex.h"

namespace hermes::primitives {
namespace {

using hermes::testing::of_hex;
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

// "m/1852'/0" has two steps, of which the first is hardened.
std::vector<std::uint32_t> steps_of(std::string_view path) {
  std::vector<std::uint32_t> steps;
  for (const auto step : split(path, '/')) {
    if (step == "m") continue;
    const auto number = static_cast<std::uint32_t>(std::stoul(std::string(step)));
    steps.push_back(step.ends_with('\'') ? number + kHard : number);
  }
  return steps;
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
  for (const auto& [what, phrase, passphrase, path, key] : kCases) {
    const auto found = key_of(phrase, passphrase).derive(steps_of(path));
    EXPECT_EQ(to_hex(*found->public_key()), key) << what;
  }
}

TEST(KeyTest, MakesTheOfficialSignatures) {
  struct Case {
    std::string_view path;
    std::string_view key;
    std::string_view data;
    std::string_view signature;
  };
  constexpr Case kCases[] = {
#define SIGNATURE(path, key, data, signature) {path, key, data, signature},
#include "testing/vectors/signatures.inc"
#undef SIGNATURE
  };
  const auto master = key_of("all all all all all all all all all all all all");
  for (const auto& [path, key, data, signature] : kCases) {
    const auto found = master.derive(steps_of(path));
    EXPECT_EQ(to_hex(*found->public_key()), key) << path;
    EXPECT_EQ(to_hex(*found->sign(of_hex(data))), signature) << path;
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
