#include "extensions/ipfs/record_shelf.h"

#include <chrono>
#include <tuple>

namespace hermes::ipfs {
namespace {

using p2p::Verdict;

constexpr std::chrono::minutes kBetweenClearings{1};

std::int64_t seconds(UtcTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

void take(std::map<std::string, std::size_t, std::less<>>& counts, const std::string& name) {
  const auto found = counts.find(name);
  if (--found->second == 0) counts.erase(found);
}

std::size_t count(const std::map<std::string, std::size_t, std::less<>>& counts,
                  const std::string& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

Verdict RecordShelf::offer(std::string_view place, std::string_view envelope, UtcTime now) {
  auto record = p2p::Record::parse(envelope);
  if (!record || !p2p::check_record(*record, place, now)) return Verdict::Reject;
  if (record->publisher == own_) return Verdict::Ignore;
  const auto found = records_.find(place);
  if (found != records_.end()) {
    auto& entry = found->second;
    const bool is_newer =
        std::tuple(record->sequence, record->expiry) >= std::tuple(entry.sequence, entry.expiry);
    if (!is_newer) return Verdict::Ignore;
    entry.sequence = record->sequence;
    entry.expiry = record->expiry;
    return Verdict::Accept;
  }
  if (!has_room(*record, now)) return Verdict::Ignore;
  ++apps_[record->app];
  ++publishers_[record->publisher];
  records_.emplace(place, Entry{record->app, record->publisher, record->sequence, record->expiry});
  return Verdict::Accept;
}

bool RecordShelf::has_room(const p2p::Record& record, UtcTime now) {
  const auto is_free = [&] {
    return records_.size() < kOfAll && count(apps_, record.app) < kOfApp &&
           count(publishers_, record.publisher) < kOfPublisher;
  };
  if (is_free()) return true;
  clear_expired(now);
  return is_free();
}

void RecordShelf::clear_expired(UtcTime now) {
  if (now < cleared_ + kBetweenClearings) return;
  cleared_ = now;
  std::erase_if(records_, [&](const auto& record) {
    const auto& entry = record.second;
    if (entry.expiry > seconds(now)) return false;
    take(apps_, entry.app);
    take(publishers_, entry.publisher);
    return true;
  });
}

}  // namespace hermes::ipfs
