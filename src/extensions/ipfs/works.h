#pragma once

#include <memory>

#include "extensions/ipfs/evictions.h"
#include "extensions/ipfs/files.h"
#include "extensions/ipfs/parts.h"
#include "extensions/ipfs/records.h"
#include "extensions/ipfs/topics.h"

namespace hermes::ipfs {

/// All parts of the extension, where there is a repository. Thread-safe.
class Works {
 public:
  /// What parts need of the engine.
  struct Services {
    Clock& clock;
    log::Log& log;
    runtime::Events& events;
    runtime::Breaches* breaches;
    p2p::Repository& repository;
    p2p::ContentFetcher& content;
    p2p::Libp2pNode* node;
  };

  Works(const Services& services, const Limits& limits)
      : limits_(limits),
        tasks_(std::make_unique<TaskGroup>(kThreads)),
        parts_{services.clock,      services.log,     services.events, services.breaches,
               services.repository, services.content, services.node,   *tasks_,
               requests_,           limits_} {}
  ~Works() { stop(); }

  /// Begins to hear what peers send.
  Result<> start() {
    TRY(topics.start());
    records.start();
    return {};
  }

  Result<> app_started(const std::shared_ptr<const Rights>& rights) {
    TRY(evictions.app_started(*rights));
    TRY(topics.app_started(rights));
    return records.app_started(rights->app);
  }
  void app_stopped(const runtime::AppId& app) {
    topics.app_stopped(app);
    records.app_stopped(app);
    evictions.app_stopped(app);
  }

  void quiesce() {
    topics.quiesce();
    records.quiesce();
  }

  /// Nothing is called back afterwards, and no task is left.
  void stop() {
    if (!tasks_) return;
    quiesce();
    requests_.end();
    topics.stop();
    records.stop();
    tasks_.reset();
  }

  const Parts& parts() const { return parts_; }

 private:
  static constexpr std::size_t kThreads = 4;

  const Limits limits_;
  std::unique_ptr<TaskGroup> tasks_;
  Requests requests_;
  const Parts parts_;

 public:
  Evictions evictions{parts_};
  Topics topics{parts_, evictions};
  Records records{parts_, evictions};
  Files files{parts_};
};

}  // namespace hermes::ipfs
