#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "base/log_writer.h"
#include "base/recent_log.h"
#include "base/result.h"
#include "base/time.h"
#include "cli/arguments.h"
#include "cli/secrets.h"
#include "control/home_lock.h"
#include "net/server_certificates.h"
#include "p2p/content_fetcher.h"
#include "p2p/home_node.h"
#include "runtime/engine.h"

namespace hermes::cli {

/// Outlives the run.
struct Surroundings {
  Clock& clock;
  log::Log& log;
  log::Writer& writer;  // To which `log` leads, and from there the lines to `recent_log`.
  log::RecentLog& recent_log;
  Secrets& secrets;
  std::atomic<bool>& is_ready;  // Set while all apps are up: for who asks by HTTP.
  std::shared_ptr<net::ServerCertificates> certificates;  // Null where no TLS is served.
  p2p::HomeNode* node;                                    // Null: there is none.
  p2p::ContentFetcher* content;                           // Null: there is no content of IPFS.
};

/// Runs what `run` or `playground` asked for, in an engine that has started: starts the apps, tells
/// their addresses on standard output, and serves until an app, a signal or `hermes ctl` ends it.
/// Returns the exit code. An app that fails is logged, and the others run on; it ends with kFailed
/// when none runs. Signals are blocked (block_signals). With a lock of its home, the engine can be
/// talked to by `hermes ctl`; when that hears of the end, the lock is free.
Result<int> run(runtime::Engine& engine, std::optional<control::HomeLock> lock,
                const Invocation& invocation, const Surroundings& surroundings);

}  // namespace hermes::cli
