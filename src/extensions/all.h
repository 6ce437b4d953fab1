#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "base/log_format.h"
#include "base/time.h"
#include "extensions/cron/limits.h"
#include "extensions/http_gateway/options.h"
#include "extensions/ipfs/limits.h"
#include "extensions/kv_store/limits.h"
#include "extensions/sqlite/limits.h"
#include "extensions/wasi/limits.h"
#include "extensions/wasi/secrets.h"
#include "io/reactor.h"
#include "net/outbound.h"
#include "p2p/content_fetcher.h"
#include "p2p/libp2p_node.h"
#include "p2p/repository.h"
#include "runtime/breaches.h"
#include "runtime/extension.h"

namespace hermes::extensions {

/// What extensions may ask for. Everything here outlives them.
struct Services {
  Clock& clock;
  log::Log& log;
  runtime::Events& events;
  runtime::Shutdown& shutdown;
  runtime::Breaches& breaches;
  std::span<io::Reactor* const> reactors;  // One for each worker.
  std::shared_ptr<net::Outbound> outbound;
  const std::atomic<bool>* is_ready = nullptr;  // All apps were started; null: they are.
  p2p::Repository* repository = nullptr;        // Null: there is no content of IPFS.
  p2p::ContentFetcher* content = nullptr;       // Null likewise.
  p2p::Libp2pNode* node = nullptr;              // Null: there is no network.
};

/// What the engine's configuration says to extensions.
struct Options {
  std::filesystem::path home;  // Of the engine, for what apps keep on disk.
  http_gateway::Options http_gateway = {};
  log::Format log_format = log::Format::Text;  // Of the gateway's access log.
  cron::Limits cron = {};
  ipfs::Limits ipfs = {};
  kv_store::Limits kv_store = {};
  sqlite::Limits sqlite = {};
  wasi::Limits wasi = {};
  wasi::Secrets* secrets = nullptr;  // Outlives the extensions; null for none.
};

/// Every extension of the engine, in the order in which they are linked.
std::vector<std::unique_ptr<runtime::Extension>> all(const Services& services,
                                                     const Options& options);

}  // namespace hermes::extensions
