#include "extensions/ipfs/checks.h"

#include <string_view>
#include <variant>

#include "extensions/ipfs/envelope.h"
#include "extensions/ipfs/records.h"
#include "extensions/ipfs/topic.h"
#include "p2p/record.h"

namespace hermes::ipfs {
namespace {

constexpr std::string_view kPlace = "/hermes/";  // And 32 bytes: where records are.
constexpr std::size_t kPlaceSize = kPlace.size() + 32;

std::string_view text_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_acceptable_record(std::string_view key, std::string_view value, UtcTime now) {
  if (!key.starts_with(kPlace) || key.size() != kPlaceSize) {
    return is_record_key(key) && is_record_value(value);
  }
  const auto record = p2p::Record::parse(value);
  return record && p2p::check_record(*record, key, now);
}

bool is_acceptable_message(const Rights& rights, std::string_view name, std::string_view data,
                           const Limits& limits, UtcTime now) {
  const auto topic = topic_of(rights, name);
  if (!topic || data.empty() || data.size() > limits.message_bytes) return false;
  return !topic->is_structured || open_envelope(rights, *topic, data, now);
}

}  // namespace

bool is_acceptable(const Rights& rights, const wit::ipfs::IpfsContent& content,
                   const Limits& limits, UtcTime now) {
  using namespace wit::ipfs::ipfs_content;
  if (const auto* record = std::get_if<Dht>(&content)) {
    const auto& [key, value] = record->value;
    return is_acceptable_record(text_of(key), text_of(value), now);
  }
  const auto& [topic, data] = std::get<Pubsub>(content).value;
  return is_acceptable_message(rights, topic, text_of(data), limits, now);
}

}  // namespace hermes::ipfs
