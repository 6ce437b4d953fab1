#include "extensions/all.h"

#include "extensions/cron/cron.h"
#include "extensions/crypto/crypto.h"
#include "extensions/hash/hash.h"
#include "extensions/http_gateway/http_gateway.h"
#include "extensions/http_request/http_request.h"
#include "extensions/init/init.h"
#include "extensions/ipfs/ipfs.h"
#include "extensions/kv_store/kv_store.h"
#include "extensions/localtime/localtime.h"
#include "extensions/logging/logging.h"
#include "extensions/sqlite/sqlite.h"
#include "extensions/wasi/wasi.h"
#include "p2p/content_tree.h"

namespace hermes::extensions {

std::vector<std::unique_ptr<runtime::Extension>> all(const Services& services,
                                                     const Options& options) {
  const auto& [clock, log, events, shutdown, breaches, reactors, outbound, is_ready, repository,
               content, node] = services;
  auto* const blocks = repository == nullptr ? nullptr : &repository->blocks();
  std::vector<std::unique_ptr<runtime::Extension>> extensions;
  extensions.push_back(logging::make(log));
  extensions.push_back(init::make(events, shutdown));
  extensions.push_back(cron::make(clock, events, options.cron));
  extensions.push_back(kv_store::make(events, options.home, options.kv_store));
  extensions.push_back(sqlite::make(options.home, options.sqlite));
  extensions.push_back(hash::make());
  extensions.push_back(crypto::make());
  extensions.push_back(localtime::make(clock));
  extensions.push_back(http_gateway::make(
      options.http_gateway,
      {clock, events, log, reactors, outbound, is_ready, options.log_format, &breaches, blocks}));
  extensions.push_back(http_request::make(outbound, clock, events, log, &breaches));
  extensions.push_back(
      ipfs::make({clock, log, events, &breaches, repository, content, node}, options.ipfs));
  extensions.push_back(wasi::make(outbound, log, options.home, options.wasi, options.secrets,
                                  &breaches, blocks ? p2p::content_tree(*blocks) : nullptr));
  return extensions;
}

}  // namespace hermes::extensions
