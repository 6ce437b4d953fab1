#include "extensions/crypto/crypto.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "extensions/crypto/path.h"
#include "extensions/crypto/secret.h"
#include "extensions/crypto/words.h"
#include "primitives/key.h"
#include "primitives/mnemonic.h"
#include "wit/hermes/crypto.h"

namespace hermes::crypto {
namespace {

using primitives::NoMnemonic;
using wit::crypto::Bip32Ed25519PublicKey;
using wit::crypto::Bip32Ed25519Signature;
using wit::crypto::CallContext;
using wit::crypto::Errno;
using wit::crypto::MnemonicPhrase;
using Mnemonic = Expected<MnemonicPhrase, Errno>;

constexpr std::size_t kMaxPrefix = 3;
constexpr std::size_t kMaxEntropy = 32;
constexpr std::size_t kMaxPassphrase = std::size_t{64} << 10;

bool is_length(std::size_t words) {
  return words >= 12 && words <= 24 && words % 3 == 0;
}

Errno errno_of(NoMnemonic why) {
  switch (why) {
    case NoMnemonic::UnknownLanguage:
      return Errno::UnsupportedLanguage;
    case NoMnemonic::UnknownWord:
      return Errno::WordNotFound;
    case NoMnemonic::BadLength:
      return Errno::InvalidMnemonicLength;
    case NoMnemonic::BadChecksum:
    case NoMnemonic::TwoLanguages:
      break;
  }
  return Errno::InvalidMnemonic;
}

// Puts a space between each two.
Result<> join(const std::vector<std::string>& words, std::string& text) {
  std::size_t size = words.size();
  for (const auto& word : words) size += word.size();
  if (size > kMaxPassphrase + 1) {
    return Error(Code::LimitReached, concat("a passphrase has at most ", kMaxPassphrase, " bytes"));
  }
  text.reserve(size);  // So that no copy is left behind.
  for (const auto& word : words) {
    if (&word != words.data()) text += ' ';
    text += word;
  }
  return {};
}

class KeyResource final : public wit::crypto::Bip32Ed25519 {
 public:
  explicit KeyResource(primitives::Key key) : key_(std::move(key)) {}

  Result<Bip32Ed25519PublicKey> public_key(CallContext&) override {
    return to_words<Bip32Ed25519PublicKey>(TRY(key_.public_key()));
  }

  Result<Bip32Ed25519Signature> sign_data(CallContext&,
                                          std::span<const std::uint8_t> data) override {
    return to_words<Bip32Ed25519Signature>(TRY(key_.sign(data)));
  }

  Result<bool> check_sig(CallContext&, std::span<const std::uint8_t> data,
                         Bip32Ed25519Signature signature) override {
    return key_.verify(data, to_bytes(signature));
  }

  Result<std::unique_ptr<Bip32Ed25519>> derive(CallContext&, std::string_view path) override {
    return make(TRY(key_.derive(TRY(parse_path(path)))));
  }

  static std::unique_ptr<Bip32Ed25519> make(primitives::Key key) {
    return std::make_unique<KeyResource>(std::move(key));
  }

 private:
  const primitives::Key key_;
};

class Crypto final : public runtime::Extension, public wit::crypto::Api {
 public:
  explicit Crypto(Random random) : random_(random) {}

  std::string_view name() const override { return "crypto"; }
  Result<> link(wasm::Linker& linker) override { return linker.provide<Api>(*this); }

  Result<Mnemonic> generate_mnemonic(CallContext&, std::uint8_t size,
                                     std::vector<std::string> prefix,
                                     std::optional<std::string_view> language) override {
    if (prefix.size() > kMaxPrefix) return Mnemonic(Unexpected(Errno::PrefixTooLong));
    if (!is_length(size)) return Mnemonic(Unexpected(Errno::InvalidMnemonicLength));
    Secret<std::array<std::uint8_t, kMaxEntropy>> bytes;
    const auto entropy = std::span(*bytes).first(std::size_t{size} / 3 * 4);
    for (;;) {
      if (!random_(entropy)) return Mnemonic(Unexpected(Errno::GenerateEntropyFailed));
      const auto made = TRY(primitives::mnemonic_of(entropy, prefix, language.value_or("English")));
      if (made.has_value()) return Mnemonic(MnemonicPhrase(made->begin(), made->end()));
      // Other numbers are another mnemonic.
      if (made.error() != NoMnemonic::TwoLanguages)
        return Mnemonic(Unexpected(errno_of(made.error())));
    }
  }

  Result<std::unique_ptr<wit::crypto::Bip32Ed25519>> new_bip32_ed25519(
      CallContext&, std::vector<std::string> mnemonic,
      std::optional<std::vector<std::string>> passphrase) override {
    Secret words(std::move(mnemonic));
    Secret passphrase_words(std::move(passphrase).value_or(std::vector<std::string>()));
    Secret<std::string> text;
    TRY(join(*passphrase_words, *text));
    auto key = TRY(primitives::Key::of_mnemonic(*words, *text));
    if (!key.has_value()) {
      return Error(Code::InvalidArgument, std::string(primitives::describe(key.error())));
    }
    return KeyResource::make(*std::move(key));
  }

 private:
  const Random random_;
};

}  // namespace

bool system_random(std::span<std::uint8_t> bytes) {
  return getentropy(bytes.data(), bytes.size()) == 0;
}

std::unique_ptr<runtime::Extension> make(Random random) {
  return std::make_unique<Crypto>(random);
}

}  // namespace hermes::crypto
