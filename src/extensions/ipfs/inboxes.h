#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "extensions/ipfs/heard_messages.h"
#include "extensions/ipfs/parts.h"
#include "runtime/per_app.h"

namespace hermes::ipfs {

/// What messages there are for an app.
struct Inbox {
  HeardMessages heard;
  std::atomic<std::size_t> waiting = 0;  // For its modules.
};

/// The inboxes of apps that run. What was heard is saved a second later, so that an engine that is
/// killed hears a replay of its last second at most. Thread-safe.
class Inboxes {
 public:
  explicit Inboxes(const Parts& parts)
      : parts_(parts), alarm_(parts.clock.alarm([this] { save_changed(); })) {}

  /// Makes one where there is none.
  Result<> app_started(const runtime::AppId& app);

  /// It has none any more; returns the one that it had, to be saved when nobody hears for it.
  std::shared_ptr<Inbox> app_stopped(const runtime::AppId& app);
  void save(const runtime::AppId& app, Inbox& inbox);

  std::shared_ptr<Inbox> find(const runtime::AppId& app) const { return inboxes_.find(app); }

  /// Something was heard.
  void save_soon();

  /// Now, and no more: nothing is heard any more.
  void stop();

 private:
  void save_changed();

  const Parts& parts_;
  runtime::PerApp<Inbox> inboxes_;
  std::atomic<bool> is_set_ = false;
  std::unique_ptr<Alarm> alarm_;  // Last, since it calls back; null once stopped.
};

}  // namespace hermes::ipfs
