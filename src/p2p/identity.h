#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace hermes::p2p {

using Seed = std::array<std::uint8_t, 32>;

/// Who a node is: a key of Ed25519. Only its seed is needed to be it.
class Identity {
 public:
  /// From the file, a private key in PEM that only its owner may read; a new one where there is
  /// none.
  static Result<Identity> load_or_make(const std::filesystem::path& file);

  static Result<Identity> from_seed(const Seed& seed);

  const Seed& seed() const { return seed_; }
  const std::string& public_key() const { return public_key_; }  // 32 bytes.
  std::string peer() const;                                      // In binary form.

  std::string sign(std::string_view text) const;  // 64 bytes.

 private:
  Identity(const Seed& seed, std::string public_key)
      : seed_(seed), public_key_(std::move(public_key)) {}

  Seed seed_;
  std::string public_key_;
};

/// Whether the holder of that key signed it.
bool verify(std::string_view public_key, std::string_view text, std::string_view signature);

/// The key of a private network, from a file as other nodes have it:
///
///   /key/swarm/psk/1.0.0/
///   /base16/
///   c0ff…        64 digits
Result<std::vector<std::uint8_t>> read_network_key(const std::filesystem::path& file);

}  // namespace hermes::p2p
