#include "p2p/peer_id.h"

#include "p2p/cid.h"
#include "p2p/multibase.h"

namespace hermes::p2p {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::uint64_t kLibp2pKey = 0x72;
constexpr auto kKeyInName = "\x00\x24\x08\x01\x12\x20"sv;  // Identity hash of a public key.
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kLongest = 64;

bool is_peer(std::string_view bytes) {
  return bytes.size() <= kLongest && is_multihash(bytes) &&
         (bytes.starts_with("\x00"sv) || bytes.starts_with("\x12\x20"sv));
}

}  // namespace

std::string peer_text(std::string_view peer) {
  return to_base58(peer);
}

std::optional<std::string> peer_from_text(std::string_view text) {
  if (text.starts_with('1') || text.starts_with("Qm")) {
    auto bytes = from_base58(text);
    if (!bytes || !is_peer(*bytes)) return std::nullopt;
    return bytes;
  }
  const auto cid = Cid::parse(text);
  if (!cid || cid->codec() != kLibp2pKey || !is_peer(cid->multihash())) return std::nullopt;
  return cid->multihash();
}

std::optional<std::string> key_of_peer(std::string_view peer) {
  if (!peer.starts_with(kKeyInName) || peer.size() != kKeyInName.size() + kKeySize) {
    return std::nullopt;
  }
  return std::string(peer.substr(kKeyInName.size()));
}

std::string peer_of_key(std::string_view public_key) {
  return std::string(kKeyInName) + std::string(public_key);
}

}  // namespace hermes::p2p
