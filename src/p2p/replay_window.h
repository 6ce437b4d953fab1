#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/time.h"

namespace hermes::p2p {

/// Which messages of each author have been heard, by their numbers, which grow. Messages may come
/// in another order than they were sent in, within a window. Not thread-safe.
///
/// Each message says until when it is worth something; the caller refuses it afterwards. Of so many
/// authors as it can know, it forgets for a newcomer the one whose messages are the first to be
/// worth nothing. Of an author that it does not know, only what is worth something for longer is
/// heard, so nothing of the forgotten one is heard again. A newcomer is heard, unless so many
/// authors have said that theirs is worth something for longer than its is; and a stranger with
/// many names makes nobody heard twice.
class ReplayWindow {
 public:
  static constexpr std::size_t kWidth = 4'096;  // Numbers, below the highest.
  static constexpr std::size_t kMostAuthors = 4'096;

  /// Of a life before: of this author, numbers up to this have been heard, in messages that expire
  /// by `expiry`.
  void begin(std::string_view author, std::uint64_t highest, UtcTime expiry);

  /// Of a life before: what `forgotten` was.
  void begin(UtcTime forgotten);

  /// Whether it is heard for the first time, which is noted.
  bool note(std::string_view author, std::uint64_t sequence, UtcTime expiry);

  std::size_t authors() const { return authors_.size(); }

  /// By then, all messages of authors that were forgotten have expired.
  UtcTime forgotten() const { return forgotten_; }

 private:
  struct Author {
    std::uint64_t highest = 0;
    std::uint64_t floor = 0;         // Everything up to it counts as heard.
    UtcTime expiry = {};             // Of all that was heard of it.
    UtcTime forgotten = {};          // What expires by then counts as heard.
    std::bitset<kWidth> heard = {};  // By the number, modulo.
  };

  bool has_place(UtcTime expiry);

  std::map<std::string, Author, std::less<>> authors_;
  UtcTime forgotten_ = {};
};

}  // namespace hermes::p2p
