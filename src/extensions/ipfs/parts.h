#pragma once

#include "base/log.h"
#include "base/task_group.h"
#include "base/time.h"
#include "extensions/ipfs/limits.h"
#include "extensions/ipfs/requests.h"
#include "p2p/content_fetcher.h"
#include "p2p/libp2p_node.h"
#include "p2p/repository.h"
#include "runtime/breaches.h"
#include "runtime/event.h"

namespace hermes::ipfs {

/// What all parts of the extension use. All of it outlives them.
struct Parts {
  Clock& clock;
  log::Log& log;
  runtime::Events& events;
  runtime::Breaches* breaches;  // Null: limits that are met are not counted.
  p2p::Repository& repository;
  p2p::ContentFetcher& content;
  p2p::Libp2pNode* node;  // Null: there is no network.
  TaskGroup& tasks;
  Requests& requests;
  const Limits& limits;
};

}  // namespace hermes::ipfs
