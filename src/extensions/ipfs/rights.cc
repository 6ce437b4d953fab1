#include "extensions/ipfs/rights.h"

#include <algorithm>
#include <cstdint>

#include "p2p/peer_id.h"

namespace hermes::ipfs {
namespace {

constexpr std::size_t kMostPublishers = 64;
constexpr std::size_t kMostTopics = 1'000;
constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;

Result<std::vector<std::string>> read_publishers(const json::Value& value) {
  const auto elements = TRY(value.array());
  if (elements.size() > kMostPublishers) return value.error("expected 64 publishers at most");
  std::vector<std::string> keys;
  for (const auto& element : elements) {
    const auto peer = p2p::peer_from_text(TRY(element.string()));
    const auto key = peer ? p2p::key_of_peer(*peer) : std::nullopt;
    if (!key) return element.error("expected a peer with a key of Ed25519, as in 12D3KooW…");
    if (std::ranges::find(keys, *key) != keys.end()) {
      return element.error("the publisher stands twice");
    }
    keys.push_back(*key);
  }
  return keys;
}

Result<std::set<std::string, std::less<>>> read_topics(const json::Value& value) {
  const auto elements = TRY(value.array());
  if (elements.size() > kMostTopics) return value.error("expected 1,000 topics at most");
  std::set<std::string, std::less<>> topics;
  for (const auto& element : elements) topics.emplace(TRY(element.string()));
  return topics;
}

}  // namespace

Result<Rights> read_rights(const runtime::App& app, const Limits& limits) {
  Rights rights{.app = app.id};
  rights.permissions.insert(app.permissions.begin(), app.permissions.end());
  rights.denied.insert(app.denied.permissions.begin(), app.denied.permissions.end());
  rights.pins = {.bytes = limits.pin_bytes, .pins = limits.pins};
  const auto* section = app.section("ipfs");
  if (section == nullptr) return rights;
  TRY(section->only({"publishers", "structured_topics", "pins_mib"}));
  if (const auto* publishers = section->find("publishers")) {
    rights.publishers = TRY(read_publishers(*publishers));
  }
  if (const auto* topics = section->find("structured_topics")) {
    rights.structured = TRY(read_topics(*topics));
  }
  if (const auto* pins = section->find("pins_mib")) {
    const auto most = static_cast<std::int64_t>(limits.pin_bytes / kMebibyte);
    rights.pins.bytes = static_cast<std::uint64_t>(TRY(pins->integer(0, most))) * kMebibyte;
  }
  return rights;
}

}  // namespace hermes::ipfs
