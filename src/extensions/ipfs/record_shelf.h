#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "p2p/libp2p_types.h"
#include "p2p/record.h"

namespace hermes::ipfs {

/// Which records of others the node stores. Not thread-safe.
///
/// Whoever makes up keys, or apps, fills no more than the share of one publisher, or of one app.
/// The node's own records are none of its business: the node alone says what they are, and a peer
/// that offers one of before would take it back.
class RecordShelf {
 public:
  /// `own` is the public key of the node.
  explicit RecordShelf(std::string own) : own_(std::move(own)) {}

  static constexpr std::size_t kOfPublisher = 512;
  static constexpr std::size_t kOfApp = 4'096;
  static constexpr std::size_t kOfAll = 12'000;  // The node has room for more: for its own.

  /// What is to become of a record that a peer wants to be stored at that place: rejected if it is
  /// none, ignored if it is older than one that is there, the node's own, or there is no room.
  p2p::Verdict offer(std::string_view place, std::string_view envelope, UtcTime now);

  std::size_t size() const { return records_.size(); }

 private:
  struct Entry {
    std::string app;
    std::string publisher;
    std::int64_t sequence;
    std::int64_t expiry;
  };
  using Counts = std::map<std::string, std::size_t, std::less<>>;

  bool has_room(const p2p::Record& record, UtcTime now);
  void clear_expired(UtcTime now);

  const std::string own_;
  std::map<std::string, Entry, std::less<>> records_;  // By their places.
  Counts apps_;
  Counts publishers_;
  UtcTime cleared_ = {};
};

}  // namespace hermes::ipfs
