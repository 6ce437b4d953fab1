#pragma once

// Messages of structured topics are records (docs/formats/record.md): the key is the topic, the
// value the data. A record says who published it and as which of its messages, also where it comes
// by another way, or a second time.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "extensions/ipfs/topic.h"
#include "p2p/identity.h"

namespace hermes::ipfs {

/// A message is worth nothing afterwards, so nobody has to remember longer that it was heard.
inline constexpr std::chrono::minutes kMessageLife{10};

/// What is in an envelope.
struct Opened {
  std::string data;
  std::uint64_t sequence;
  UtcTime expiry;
};

/// LimitReached where it is too large.
Result<std::string> make_envelope(const Rights& rights, const Topic& topic, std::string_view data,
                                  std::int64_t sequence, UtcTime now,
                                  const p2p::Identity& identity);

/// Corrupt for what is no envelope of that topic by that author, a peer, or is worth nothing now.
Result<Opened> open_envelope(const Rights& rights, const Topic& topic, std::string_view author,
                             std::string_view envelope, UtcTime now);

/// The checks of an envelope that do not need to know from whom it comes.
Result<Opened> open_envelope(const Rights& rights, const Topic& topic, std::string_view envelope,
                             UtcTime now);

}  // namespace hermes::ipfs
