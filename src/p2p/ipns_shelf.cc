#include "p2p/ipns_shelf.h"

#include <algorithm>

#include "p2p/ipns_record.h"

namespace hermes::p2p {

Verdict IpnsShelf::offer(std::string_view place, std::string_view record, UtcTime now) {
  const auto peer = peer_of_ipns_place(place);
  // Of a key of another kind, or no name at all: it may be right and cannot be checked.
  if (!peer) return Verdict::Ignore;
  const auto parsed = IpnsRecord::parse(record, *peer);
  if (!parsed) return Verdict::Reject;
  if (place == own_place_ || parsed->expiry <= now) return Verdict::Ignore;
  const Rank rank(parsed->sequence, parsed->expiry);
  const auto known = names_.find(place);
  const bool is_older = known != names_.end() && rank < known->second.rank;
  if (is_older || (known == names_.end() && !has_room(now))) return Verdict::Ignore;
  names_.insert_or_assign(std::string(place),
                          Known{rank, std::min<UtcTime>(parsed->expiry, now + kMemory)});
  return Verdict::Accept;
}

bool IpnsShelf::has_room(UtcTime now) {
  if (names_.size() < kMost) return true;
  std::erase_if(names_, [&](const auto& known) { return known.second.until <= now; });
  return names_.size() < kMost;
}

}  // namespace hermes::p2p
