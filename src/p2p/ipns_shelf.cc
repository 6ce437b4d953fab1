#include "p2p/ipns_shelf.h"

#include "p2p/ipns_record.h"

namespace hermes::p2p {

Verdict IpnsShelf::offer(std::string_view place, std::string_view record, UtcTime now) {
  const auto peer = peer_of_ipns_place(place);
  // Of a key of another kind, or no name at all: it may be right and cannot be checked.
  if (!peer) return Verdict::Ignore;
  const auto parsed = IpnsRecord::parse(record, *peer);
  if (!parsed) return Verdict::Reject;
  const Rank rank(parsed->sequence, parsed->expiry);
  const auto known = ranks_.find(place);
  if (parsed->expiry <= now || (known != ranks_.end() && rank < known->second)) {
    return Verdict::Ignore;
  }
  if (known != ranks_.end()) {
    known->second = rank;
  } else if (has_room(now)) {
    ranks_.emplace(place, rank);
  } else {
    return Verdict::Ignore;
  }
  return Verdict::Accept;
}

bool IpnsShelf::has_room(UtcTime now) {
  if (ranks_.size() < kMost) return true;
  std::erase_if(ranks_, [&](const auto& known) { return known.second.second <= now; });
  return ranks_.size() < kMost;
}

}  // namespace hermes::p2p
