#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "wit/hermes/crypto.h"

namespace hermes::testing {

/// hermes:crypto as the shapes guest expects it: testing/guests/shapes/README.md.
class CryptoHost : public wit::crypto::Api {
 public:
  using CallContext = wit::crypto::CallContext;
  using Words = std::vector<std::string>;

  Result<Expected<Words, wit::crypto::Errno>> generate_mnemonic(
      CallContext&, std::uint8_t size, Words prefix,
      std::optional<std::string_view> language) override {
    using Answer = Expected<Words, wit::crypto::Errno>;
    if (size == 0) return Answer(Unexpected(wit::crypto::Errno::InvalidMnemonicLength));
    if (language) prefix.emplace_back(*language);
    return Answer(std::move(prefix));
  }
  Result<std::unique_ptr<wit::crypto::Bip32Ed25519>> new_bip32_ed25519(
      CallContext&, Words mnemonic, std::optional<Words> passphrase) override {
    return std::unique_ptr<wit::crypto::Bip32Ed25519>(
        std::make_unique<Key>(std::move(mnemonic), std::move(passphrase)));
  }

 private:
  class Key final : public wit::crypto::Bip32Ed25519 {
   public:
    using Public = wit::crypto::Bip32Ed25519PublicKey;
    using Signature = wit::crypto::Bip32Ed25519Signature;

    Key(Words mnemonic, std::optional<Words> passphrase)
        : mnemonic_(std::move(mnemonic)), passphrase_(std::move(passphrase)) {}

    Result<Public> public_key(CallContext&) override {
      const auto words = passphrase_ ? passphrase_->size() : kNone;
      return Public(mnemonic_.size(), words, bytes(mnemonic_),
                    bytes(passphrase_.value_or(Words())));
    }
    Result<Signature> sign_data(CallContext&, std::span<const std::uint8_t> data) override {
      return sign(data);
    }
    Result<bool> check_sig(CallContext&, std::span<const std::uint8_t> data,
                           Signature signature) override {
      return signature == sign(data);
    }
    Result<std::unique_ptr<Bip32Ed25519>> derive(CallContext&, std::string_view path) override {
      return std::unique_ptr<Bip32Ed25519>(
          std::make_unique<Key>(Words{std::string(path)}, std::nullopt));
    }

   private:
    static constexpr auto kNone = std::numeric_limits<std::uint64_t>::max();

    static std::uint64_t bytes(const Words& words) {
      std::uint64_t sum = 0;
      for (const auto& word : words) sum += word.size();
      return sum;
    }
    static Signature sign(std::span<const std::uint8_t> data) {
      const auto sum = std::accumulate(data.begin(), data.end(), std::uint64_t{0});
      return {data.size(), sum, 3, 4, 5, 6, 7, kNone};
    }

    const Words mnemonic_;
    const std::optional<Words> passphrase_;
  };
};

}  // namespace hermes::testing
