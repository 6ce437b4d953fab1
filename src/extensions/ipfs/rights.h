#pragma once

// The section "ipfs" of a manifest, and the permissions that concern it:
//
//   "permissions": ["ipfs", "dht", "topic:weather"],
//   "ipfs": {
//     "publishers": ["12D3KooW…"],      whose records it believes beside its own node's
//     "structured_topics": ["offers"],  whose messages are records: numbered and signed
//     "pins_mib": 100
//   }

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "extensions/ipfs/limits.h"
#include "p2p/holdings.h"
#include "runtime/app.h"

namespace hermes::ipfs {

/// What one generation of an app may do with the node. Never changes.
struct Rights {
  runtime::AppId app;
  std::set<std::string, std::less<>> permissions = {};
  std::set<std::string, std::less<>> denied = {};  // That it asks for and was not granted.
  std::vector<std::string> publishers = {};        // Their public keys, as in the manifest.
  std::set<std::string, std::less<>> structured = {};
  p2p::PinLimits pins = {};

  bool has(std::string_view permission) const { return permissions.contains(permission); }
};

Result<Rights> read_rights(const runtime::App& app, const Limits& limits);

}  // namespace hermes::ipfs
