#pragma once

// What an app stores in the hash table of Hermes: docs/formats/record.md.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "p2p/identity.h"

namespace hermes::p2p {

inline constexpr std::size_t kLongestRecordKey = 256;
inline constexpr std::size_t kLargestRecord = std::size_t{64} << 10U;  // All of it.
inline constexpr std::size_t kLargestRecordValue = kLargestRecord - 1'024;
inline constexpr std::chrono::hours kLongestRecordLife{48};

/// A record of an app, signed by the node that publishes it. A value.
struct Record {
  std::string app;  // Its id.
  std::string key;
  std::string value;
  std::int64_t sequence = 0;  // Of one key, the higher one counts.
  std::int64_t expiry = 0;    // Seconds since 1970.
  std::string publisher;      // Its public key, 32 bytes.

  /// What `sign` made: of exactly that form, within its limits, signed by its publisher.
  static Result<Record> parse(std::string_view envelope);

  /// `publisher` is the identity's.
  std::string sign(const Identity& identity) const;

  bool operator==(const Record&) const = default;
};

/// Where a record is in the hash table. Nobody else's record has that place.
std::string place_of_record(std::string_view app, std::string_view publisher, std::string_view key);

/// Where providers of what an app calls `key` are found: a multihash.
std::string place_of_provider(std::string_view app, std::string_view key);

/// Whether a record may be stored or believed at that place, at that time.
Result<> check_record(const Record& record, std::string_view place, UtcTime now);

}  // namespace hermes::p2p
