#pragma once

#include <bitset>
#include <chrono>
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
/// It may forget an author whose messages of before can do no harm any more: those expire within
/// `kMemory`. While as many are known as can be, nobody new is heard, so that a stranger with many
/// names makes it forget nobody.
class ReplayWindow {
 public:
  static constexpr std::size_t kWidth = 4'096;  // Numbers, below the highest.
  static constexpr std::size_t kMostAuthors = 4'096;
  static constexpr std::chrono::minutes kMemory{30};

  /// Of a life before: of this author, numbers up to this have been heard.
  void begin(std::string_view author, std::uint64_t highest, UtcTime last);

  /// Whether it is heard for the first time, which is noted.
  bool note(std::string_view author, std::uint64_t sequence, UtcTime now);

  std::size_t authors() const { return authors_.size(); }

 private:
  struct Author {
    std::uint64_t highest = 0;
    std::uint64_t floor = 0;         // Everything up to it counts as heard.
    UtcTime last = {};               // When something of it was heard.
    std::bitset<kWidth> heard = {};  // By the number, modulo.
  };

  bool note_new(std::string_view author, std::uint64_t sequence, UtcTime now);

  std::map<std::string, Author, std::less<>> authors_;
};

}  // namespace hermes::p2p
