#include "extensions/ipfs/envelope.h"

#include <utility>

#include "base/strings.h"
#include "p2p/peer_id.h"
#include "p2p/record.h"

namespace hermes::ipfs {
namespace {

constexpr std::chrono::minutes kSkew{10};  // Of the clocks of two machines.

std::int64_t seconds(UtcTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

Result<p2p::Record> read(const Rights& rights, const Topic& topic, std::string_view envelope,
                         UtcTime now) {
  auto record = TRY(p2p::Record::parse(envelope));
  const auto wrong = [](std::string_view what) { return Error(Code::Corrupt, std::string(what)); };
  if (record.key != topic.name) return wrong("the message is of another topic");
  if (!topic.is_shared && record.app != rights.app) return wrong("the message is of another app");
  if (record.expiry <= seconds(now)) return wrong("the message has expired");
  if (record.expiry > seconds(now + kMessageLife + kSkew)) {
    return wrong("the message expires too late");
  }
  return record;
}

Opened opened(p2p::Record&& record) {
  return {std::move(record.value), static_cast<std::uint64_t>(record.sequence),
          UtcTime(std::chrono::seconds(record.expiry))};
}

}  // namespace

Result<std::string> make_envelope(const Rights& rights, const Topic& topic, std::string_view data,
                                  std::int64_t sequence, UtcTime now,
                                  const p2p::Identity& identity) {
  if (data.size() > p2p::kLargestRecordValue) {
    return Error(Code::LimitReached, concat("a message of a structured topic has ",
                                            p2p::kLargestRecordValue, " bytes at most"));
  }
  const p2p::Record record{.app = rights.app,
                           .key = topic.name,
                           .value = std::string(data),
                           .sequence = sequence,
                           .expiry = seconds(now + kMessageLife),
                           .publisher = identity.public_key()};
  return record.sign(identity);
}

Result<Opened> open_envelope(const Rights& rights, const Topic& topic, std::string_view author,
                             std::string_view envelope, UtcTime now) {
  auto record = TRY(read(rights, topic, envelope, now));
  if (p2p::peer_of_key(record.publisher) != author) {
    return Error(Code::Corrupt, "the message is that of another publisher");
  }
  return opened(std::move(record));
}

Result<Opened> open_envelope(const Rights& rights, const Topic& topic, std::string_view envelope,
                             UtcTime now) {
  return opened(TRY(read(rights, topic, envelope, now)));
}

}  // namespace hermes::ipfs
