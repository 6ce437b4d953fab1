#include "p2p/replay_window.h"

#include <algorithm>

namespace hermes::p2p {

void ReplayWindow::begin(std::string_view author, std::uint64_t highest, UtcTime expiry) {
  if (has_place(expiry)) {
    authors_.insert_or_assign(std::string(author), Author{highest, highest, expiry});
  } else {
    forgotten_ = std::max(forgotten_, expiry);
  }
}

void ReplayWindow::begin(UtcTime forgotten) {
  forgotten_ = std::max(forgotten_, forgotten);
}

bool ReplayWindow::note(std::string_view author, std::uint64_t sequence, UtcTime expiry) {
  auto found = authors_.find(author);
  if (found == authors_.end()) {
    // Others of this author's may be on their way, of before.
    const auto floor = sequence > kWidth ? sequence - kWidth : 0;
    if (sequence <= floor || expiry <= forgotten_ || !has_place(expiry)) return false;
    found = authors_.try_emplace(std::string(author), Author{sequence, floor, expiry, forgotten_})
                .first;
    found->second.heard.set(sequence % kWidth);
    return true;
  }
  auto& [highest, floor, last, forgotten, heard] = found->second;
  if (sequence <= floor || expiry <= forgotten) return false;
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
  last = std::max(last, expiry);
  return true;
}

// For an author of whom something expires then.
bool ReplayWindow::has_place(UtcTime expiry) {
  if (authors_.size() < kMostAuthors) return true;
  const auto first =
      std::ranges::min_element(authors_, {}, [](const auto& entry) { return entry.second.expiry; });
  if (first->second.expiry >= expiry) return false;
  forgotten_ = std::max(forgotten_, first->second.expiry);
  authors_.erase(first);
  return true;
}

}  // namespace hermes::p2p
