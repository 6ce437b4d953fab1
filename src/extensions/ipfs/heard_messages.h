#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "base/result.h"
#include "base/time.h"
#include "extensions/ipfs/envelope.h"
#include "p2p/app_tracking.h"
#include "p2p/replay_window.h"

namespace hermes::ipfs {

/// Which messages of structured topics an app has heard, in this life of the engine and before.
/// Thread-safe.
class HeardMessages {
 public:
  /// Reads what is known from lives before.
  Result<> load(p2p::AppTracking& tracking, std::string_view app, UtcTime now);

  /// Whether it is heard for the first time, which is noted.
  bool note(std::string_view topic, std::string_view author, const Opened& message);

  /// What has changed since the last time stays from now on; if that fails, it has still changed.
  Result<> save(p2p::AppTracking& tracking, std::string_view app, UtcTime now);
  bool is_saved() const;

 private:
  struct State {
    p2p::ReplayWindow window;
    std::map<std::string, p2p::Heard> changed;
  };

  Guarded<State> state_;
};

}  // namespace hermes::ipfs
