#pragma once

#include <memory>

#include "base/log.h"
#include "base/time.h"
#include "extensions/ipfs/limits.h"
#include "p2p/content_fetcher.h"
#include "p2p/libp2p_node.h"
#include "p2p/repository.h"
#include "runtime/breaches.h"
#include "runtime/event.h"
#include "runtime/extension.h"

namespace hermes::ipfs {

/// What the extension needs. All of it outlives it.
struct Services {
  Clock& clock;
  log::Log& log;
  runtime::Events& events;
  runtime::Breaches* breaches = nullptr;   // Null: limits that are met are not counted.
  p2p::Repository* repository = nullptr;   // Null: no function works, but for checks.
  p2p::ContentFetcher* content = nullptr;  // Null where `repository` is.
  p2p::Libp2pNode* node = nullptr;         // Null: there is no network.
};

/// hermes:ipfs: files, messages and records, between apps on nodes that do not know each other.
std::unique_ptr<runtime::Extension> make(const Services& services, const Limits& limits = {});

}  // namespace hermes::ipfs
