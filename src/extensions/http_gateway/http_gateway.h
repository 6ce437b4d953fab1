#pragma once

#include <atomic>
#include <memory>
#include <span>

#include "base/log_format.h"
#include "base/time.h"
#include "extensions/http_gateway/options.h"
#include "io/reactor.h"
#include "net/outbound.h"
#include "p2p/blocks.h"
#include "runtime/breaches.h"
#include "runtime/extension.h"

namespace hermes::http_gateway {

/// What the gateway uses. All of it outlives the extension.
struct Services {
  Clock& clock;
  runtime::Events& events;
  log::Log& log;
  std::span<io::Reactor* const> reactors;
  std::shared_ptr<net::Outbound> outbound = nullptr;  // Null: internal redirects are refused.
  const std::atomic<bool>* is_ready = nullptr;        // All apps were started. Null: they are.
  log::Format log_format = log::Format::Text;         // Of the access log.
  runtime::Breaches* breaches = nullptr;              // Null: limits that are met are not counted.
  p2p::BlockSource* content = nullptr;                // Of IPFS. Null: there is none.
};

/// hermes:http-gateway: listens for HTTP, finds the app by the name of the host, and answers with
/// what its modules reply or with its web files.
std::unique_ptr<runtime::Extension> make(const Options& options, const Services& services);

}  // namespace hermes::http_gateway
