#include "extensions/crypto/crypto.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "extensions/crypto/words.h"
#include "testing/extension_fixture.h"
#include "testing/hex.h"
#include "wit/hermes/crypto.h"

namespace hermes::crypto {
namespace {

using hermes::testing::of_hex;
using hermes::testing::to_hex;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using wit::crypto::Bip32Ed25519;
using wit::crypto::Errno;

using Words = std::vector<std::string>;
using MaybeWords = std::optional<Words>;

Words words_of(std::string_view phrase) {
  const auto words = hermes::words(phrase);
  return {words.begin(), words.end()};
}

constexpr std::string_view kPhrase =
    "prevent company field green slot measure chief hero apple task eagle sunset endorse dress "
    "seed";

// Knows which numbers the system gives.
class GivenNumbersTest : public hermes::testing::ExtensionFixture {
 protected:
  void TearDown() override { given = {}; }

  static void give(std::vector<std::uint8_t> numbers) { given = std::move(numbers); }

  Expected<Words, Errno> generate(std::uint8_t size, std::string_view language) {
    return *crypto_.generate_mnemonic(call, size, {}, language);
  }

 private:
  static bool take(std::span<std::uint8_t> bytes) {
    if (given.size() < bytes.size()) return false;
    const auto end = given.begin() + static_cast<std::ptrdiff_t>(bytes.size());
    std::copy(given.begin(), end, bytes.begin());
    given.erase(given.begin(), end);
    return true;
  }

  static inline std::vector<std::uint8_t> given;
  std::unique_ptr<runtime::Extension> extension_ = make(take);
  wit::crypto::Api& crypto_ = imports<wit::crypto::Api>(*extension_);
};

TEST_F(GivenNumbersTest, GivesTheOfficialMnemonicOfEveryLanguage) {
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
    const auto numbers = of_hex(entropy);
    give(numbers);
    const auto size = static_cast<std::uint8_t>(numbers.size() / 4 * 3);
    EXPECT_EQ(*generate(size, language), words_of(words));
  }
}

TEST_F(GivenNumbersTest, FailsWithoutRandomNumbers) {
  EXPECT_EQ(generate(12, "English").error(), Errno::GenerateEntropyFailed);
}

// The first numbers are words in English that are a mnemonic in French, too.
TEST_F(GivenNumbersTest, GivesNoMnemonicThatIsOneInTwoLanguages) {
  auto numbers = of_hex("298aa554cf9baa5d4fecfb793db34260");
  numbers.resize(32);
  give(numbers);
  EXPECT_EQ(*generate(12, "English"),
            words_of("abandon abandon abandon abandon abandon abandon abandon abandon abandon "
                     "abandon abandon about"));
}

// Takes them from the system.
class CryptoTest : public hermes::testing::ExtensionFixture {
 protected:
  Expected<Words, Errno> generate(std::uint8_t size, Words prefix = {},
                                  std::optional<std::string_view> language = {}) {
    return *crypto.generate_mnemonic(call, size, std::move(prefix), language);
  }
  Errno error_of(std::uint8_t size, Words prefix = {},
                 std::optional<std::string_view> language = {}) {
    return generate(size, std::move(prefix), language).error();
  }

  std::unique_ptr<Bip32Ed25519> key_of(std::string_view phrase, MaybeWords passphrase = {}) {
    return *crypto.new_bip32_ed25519(call, words_of(phrase), std::move(passphrase));
  }
  std::string trap_of(Words words, MaybeWords passphrase = {}) {
    return crypto.new_bip32_ed25519(call, std::move(words), std::move(passphrase))
        .error()
        .message();
  }
  std::string public_of(Bip32Ed25519& key) { return to_hex(to_bytes(*key.public_key(call))); }

  std::unique_ptr<runtime::Extension> extension = make();
  wit::crypto::Api& crypto = imports<wit::crypto::Api>(*extension);
};

// Each of these three bytes would become 33 in the form of the lists.
TEST_F(CryptoTest, AWordThatIsLongIsUnknownAndTakesNoMemory) {
  constexpr auto kMany = 3'000'000;
  std::string word;
  while (std::ssize(word) < kMany) word += "\uFDFA";
  const auto peak = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss * 1024;
  };
  const auto before = peak();
  EXPECT_EQ(error_of(12, {word}), Errno::WordNotFound);
  EXPECT_EQ(trap_of(Words(2, word)), "a word of the mnemonic is not in the list of its language");
  EXPECT_LT(peak() - before, 10 * kMany);
}

TEST_F(CryptoTest, GeneratesAMnemonicOfEachLengthInEveryLanguage) {
  constexpr std::string_view kLanguages[] = {"English",
                                             "SimplifiedChinese",
                                             "TraditionalChinese",
                                             "Czech",
                                             "French",
                                             "Italian",
                                             "Japanese",
                                             "Korean",
                                             "Portuguese",
                                             "Spanish"};
  for (const auto language : kLanguages) {
    for (const auto size : std::initializer_list<std::uint8_t>{12, 15, 18, 21, 24}) {
      const auto words = *generate(size, {}, language);
      EXPECT_THAT(words, SizeIs(size));
      EXPECT_TRUE(crypto.new_bip32_ed25519(call, words, {})) << language << ": a key is made of it";
    }
  }
  EXPECT_NE(*generate(12), *generate(12));
  EXPECT_TRUE(generate(12, {}, "english").has_value());
}

TEST_F(CryptoTest, BeginsWithAPrefixOfUpToThreeWords) {
  const Words prefix = {"legal", "winner", "thank"};
  for (std::size_t size = 0; size <= 3; ++size) {
    const Words some(prefix.begin(), prefix.begin() + static_cast<std::ptrdiff_t>(size));
    const auto words = *generate(12, some);
    EXPECT_TRUE(std::ranges::equal(std::span(words).first(size), some));
    EXPECT_TRUE(crypto.new_bip32_ed25519(call, words, {})) << "the checksum is right";
  }
}

TEST_F(CryptoTest, SaysWhyThereIsNoMnemonic) {
  EXPECT_EQ(error_of(12, Words(4, "zoo")), Errno::PrefixTooLong);
  EXPECT_EQ(error_of(11, Words(4, "zoo"), "Klingon"), Errno::PrefixTooLong);
  for (const auto size : std::initializer_list<std::uint8_t>{0, 3, 9, 11, 13, 23, 25, 27, 255}) {
    EXPECT_EQ(error_of(size, {"swordfish"}, "Klingon"), Errno::InvalidMnemonicLength);
  }
  EXPECT_EQ(error_of(12, {"swordfish"}, "Klingon"), Errno::UnsupportedLanguage);
  EXPECT_EQ(error_of(12, {}, ""), Errno::UnsupportedLanguage);
  EXPECT_EQ(error_of(12, {"zoo", "swordfish"}), Errno::WordNotFound);
  EXPECT_EQ(error_of(12, {""}), Errno::WordNotFound);
  EXPECT_EQ(error_of(12, {std::string(100'000, 'z')}), Errno::WordNotFound);
  EXPECT_EQ(error_of(12, {"zoo"}, "Spanish"), Errno::WordNotFound);
}

TEST_F(CryptoTest, HasTheOfficialKeys) {
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
    const auto master = key_of(phrase, words_of(passphrase));
    EXPECT_EQ(public_of(**master->derive(call, path)), key) << what;
  }
}

TEST_F(CryptoTest, DerivesStepByStep) {
  const auto master = key_of(kPhrase);
  const auto before = public_of(*master);
  const auto account = *master->derive(call, "m/1852'/1815'/0'");
  EXPECT_EQ(public_of(**account->derive(call, "m/2/0")),
            public_of(**master->derive(call, "m/1852H/1815H/0H/2/0")));
  EXPECT_NE(public_of(**master->derive(call, "m/0")), public_of(**master->derive(call, "m/0'")));
  EXPECT_EQ(public_of(**master->derive(call, "m")), before);
  EXPECT_THAT(master->derive(call, "1852'").error().message(), HasSubstr("begins with m/"));
  EXPECT_THAT(master->derive(call, "m/1852''").error().message(), HasSubstr("steps like"));
  EXPECT_EQ(public_of(*master), before) << "it stays what it is";
}

TEST_F(CryptoTest, JoinsThePassphraseWithSpaces) {
  const auto one = key_of(kPhrase, Words{"correct horse"});
  const auto two = key_of(kPhrase, Words{"correct", "horse"});
  const auto none = key_of(kPhrase);
  EXPECT_EQ(public_of(*one), public_of(*two));
  EXPECT_NE(public_of(*one), public_of(*none));
  EXPECT_EQ(public_of(*key_of(kPhrase, Words{})), public_of(*none));
  EXPECT_EQ(public_of(*key_of(kPhrase, Words{""})), public_of(*none));
  EXPECT_TRUE(crypto.new_bip32_ed25519(call, words_of(kPhrase), Words{std::string(65'536, 'p')}));
  EXPECT_EQ(trap_of(words_of(kPhrase), Words{std::string(65'537, 'p')}),
            "a passphrase has at most 65536 bytes");
}

TEST_F(CryptoTest, SignsAndChecks) {
  const auto key = key_of(kPhrase);
  const std::vector<std::uint8_t> data(100'000, 7);
  auto signature = *key->sign_data(call, data);
  EXPECT_TRUE(*key->check_sig(call, data, signature));
  EXPECT_FALSE(*key->check_sig(call, {}, signature));
  EXPECT_FALSE(*key_of(kPhrase, Words{"other"})->check_sig(call, data, signature));
  EXPECT_FALSE(*(*key->derive(call, "m/0"))->check_sig(call, data, signature));
  std::get<0>(signature) ^= 1;
  EXPECT_FALSE(*key->check_sig(call, data, signature));
  EXPECT_FALSE(*key->check_sig(call, data, {}));
  EXPECT_TRUE(*key->check_sig(call, {}, *key->sign_data(call, {})));
}

TEST_F(CryptoTest, UnderstandsWordsThatBothChineseListsHave) {
  EXPECT_TRUE(crypto.new_bip32_ed25519(call, words_of("理 坡 欲 烘 不 丹 免 境 昂 速 折 加"),
                                       std::nullopt));
}

TEST_F(CryptoTest, TrapsOnWhatIsNoMnemonicAndNamesNoWord) {
  auto words = words_of(kPhrase);
  std::swap(words[0], words[1]);
  EXPECT_EQ(trap_of(words), "the checksum of the mnemonic is wrong");
  words.pop_back();
  EXPECT_EQ(trap_of(words), "a mnemonic has 12, 15, 18, 21 or 24 words");
  EXPECT_EQ(trap_of({}), "a mnemonic has 12, 15, 18, 21 or 24 words");
  EXPECT_EQ(trap_of(Words(100'000, "zoo")), "a mnemonic has 12, 15, 18, 21 or 24 words");
  EXPECT_EQ(trap_of(Words(12, "secret")), "the checksum of the mnemonic is wrong");
  const auto unknown = trap_of(Words(12, "swordfish"));
  EXPECT_EQ(unknown, "a word of the mnemonic is not in the list of its language");
  EXPECT_EQ(trap_of(words_of("civil festival festival palace rival concert distance panda junior "
                             "unique spatial science")),
            "the words are two mnemonics in two languages");
}

}  // namespace
}  // namespace hermes::crypto
