#include "p2p/replay_window.h"

#include <algorithm>

namespace hermes::p2p {

void ReplayWindow::begin(std::string_view author, std::uint64_t highest, UtcTime last) {
  if (authors_.size() >= kMostAuthors) return;
  authors_.insert_or_assign(std::string(author), Author{highest, highest, last});
}

bool ReplayWindow::note(std::string_view author, std::uint64_t sequence, UtcTime now) {
  const auto found = authors_.find(author);
  if (found == authors_.end()) return note_new(author, sequence, now);
  auto& [highest, floor, last, heard] = found->second;
  if (sequence <= floor) return false;
  if (sequence <= highest) {
    if (heard.test(sequence % kWidth)) return false;
  } else {
    if (sequence - highest >= kWidth) {
      heard.reset();
    } else {
      for (auto skipped = highest + 1; skipped < sequence; ++skipped) heard.reset(skipped % kWidth);
    }
    highest = sequence;
    floor = std::max(floor, sequence > kWidth ? sequence - kWidth : 0);
  }
  heard.set(sequence % kWidth);
  last = std::max(last, now);
  return true;
}

bool ReplayWindow::note_new(std::string_view author, std::uint64_t sequence, UtcTime now) {
  if (authors_.size() >= kMostAuthors) {
    std::erase_if(authors_, [&](const auto& entry) { return entry.second.last < now - kMemory; });
    if (authors_.size() >= kMostAuthors) return false;
  }
  // Others of this author's may be on their way, of before.
  const auto floor = sequence > kWidth ? sequence - kWidth : 0;
  if (sequence <= floor) return false;
  auto& added = authors_[std::string(author)];
  added = {sequence, floor, now};
  added.heard.set(sequence % kWidth);
  return true;
}

}  // namespace hermes::p2p
