#pragma once

// What a name that is a key stands for: a record of IPNS, as
// https://specs.ipfs.tech/ipns/ipns-record/ has it. Whoever holds the key writes records, each with
// a higher sequence than the one before:
//
//   /ipns/k51qzi5uqu5d…  →  /ipfs/bafkreicysg23…  until tomorrow, the 41st

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "p2p/identity.h"

namespace hermes::p2p {

inline constexpr std::size_t kLargestIpnsRecord = std::size_t{10} << 10U;

/// A value.
struct IpnsRecord {
  std::string value;  // A path: "/ipfs/…", "/ipns/…".
  std::int64_t sequence = 0;
  UtcTime expiry;
  std::chrono::nanoseconds time_to_live{};  // How long it may be believed without asking again.

  /// A record of the key whose peer id is `peer`, by Ed25519; its holder signed it. It may have
  /// expired.
  static Result<IpnsRecord> parse(std::string_view encoded, std::string_view peer);

  /// For readers of version 1 as well. Its value is short enough for `kLargestIpnsRecord`, and no
  /// number is negative.
  Result<std::string> sign(const Identity& identity) const;

  /// Of two of the same key, the one that counts.
  bool supersedes(const IpnsRecord& other) const;

  bool operator==(const IpnsRecord&) const = default;
};

/// "k51qzi5uqu5d…", as others write it.
std::string ipns_name(std::string_view peer);

/// Where its record is in the hash table, and whose record is there.
std::string ipns_place(std::string_view peer);
std::optional<std::string> peer_of_ipns_place(std::string_view place);

}  // namespace hermes::p2p
