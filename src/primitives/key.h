#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "base/result.h"
#include "primitives/mnemonic.h"

struct hermes_key;

namespace hermes::primitives {

/// A private BIP32-Ed25519 key with its chain code, which is wiped when it goes. Any thread may use
/// it.
class Key {
 public:
  using Public = std::array<std::uint8_t, 32>;
  using Signature = std::array<std::uint8_t, 64>;

  /// The Icarus master key (CIP-3) of a mnemonic in any language. Takes milliseconds by design.
  static Result<Expected<Key, NoMnemonic>> of_mnemonic(std::span<const std::string> words,
                                                       std::string_view passphrase);

  /// The key at the end of a path, by BIP32-Ed25519 V2. An index from 2^31 on is hardened.
  Result<Key> derive(std::span<const std::uint32_t> path) const;

  Result<Public> public_key() const;
  Result<Signature> sign(std::span<const std::uint8_t> data) const;
  Result<bool> verify(std::span<const std::uint8_t> data, const Signature& signature) const;

 private:
  struct Free {
    void operator()(hermes_key* key) const;
  };

  explicit Key(hermes_key* key) : key_(key) {}

  std::unique_ptr<hermes_key, Free> key_;
};

}  // namespace hermes::primitives
