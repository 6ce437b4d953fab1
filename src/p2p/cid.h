#pragma once

// What names content: the hash of a block, and how the block is to be read.
//
//   multihash  <hash function> <length> <digest>        12 20 … for SHA-256
//   version 0  the multihash of a dag-pb block          "QmbFMke1…"
//   version 1  01 <codec> <multihash>                   "bafkrei…"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hermes::p2p {

// How a block is to be read, of those that are known.
inline constexpr std::uint64_t kRaw = 0x55;
inline constexpr std::uint64_t kDagPb = 0x70;

/// The largest block that nodes exchange.
inline constexpr std::size_t kLargestBlock = std::size_t{2} << 20U;

/// The multihash of these bytes by SHA-256.
std::string sha256_multihash(std::string_view bytes);

/// Whether a multihash is well formed: of any function, with a digest of 128 bytes at most.
bool is_multihash(std::string_view bytes);

/// A content identifier: a value.
class Cid {
 public:
  /// Of a block, by SHA-256. Version 0 is for dag-pb alone.
  static Cid of(std::string_view block, std::uint64_t codec, int version);

  /// From its text: version 0, or version 1 in base32, base36 or base58btc.
  static Result<Cid> parse(std::string_view text);

  /// From its binary form.
  static Result<Cid> from_bytes(std::string_view bytes);

  int version() const { return version_; }
  std::uint64_t codec() const { return codec_; }
  const std::string& multihash() const { return multihash_; }

  /// In base58btc for version 0, in base32 for version 1.
  std::string text() const;
  std::string bytes() const;

  /// Whether the block is what the name says. False also where the hash function is not known: it
  /// is none of SHA-256, SHA-512 and identity.
  bool names(std::string_view block) const;

  /// The block, where the name holds the whole of it in place of a hash.
  const std::string* inlined() const { return multihash_.starts_with('\0') ? &inlined_ : nullptr; }

  auto operator<=>(const Cid&) const = default;

 private:
  Cid(int version, std::uint64_t codec, std::string multihash);

  int version_;
  std::uint64_t codec_;
  std::string multihash_;
  std::string inlined_;  // Of an identity hash.
};

}  // namespace hermes::p2p
