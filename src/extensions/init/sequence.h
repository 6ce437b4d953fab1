#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_function.h"
#include "runtime/app.h"
#include "runtime/event.h"

namespace hermes::init {

/// The init events of one app that starts: one module after the other, in the order of the
/// manifest, each once the one before has answered true.
///
/// It lives in the callbacks of the event that is on its way, of which there is one at most, so no
/// two of its functions run at a time.
class Sequence : public std::enable_shared_from_this<Sequence> {
 public:
  using Ready = UniqueFunction<void(Result<>)>;

  /// Begins. `events` outlives the sequence, and `ready` is called once: when every module has
  /// answered true or has no such handler, or with why the app cannot start.
  static void run(runtime::Events& events, const runtime::App& app, Ready ready);

  /// For `run`.
  Sequence(runtime::Events& events, const runtime::App& app, Ready ready);

 private:
  void post_next();
  void on_reply(Result<bool> answer);
  void on_done(runtime::EventOutcome outcome);
  Error failed(Code code, std::string_view why) const;

  runtime::Events& events_;
  const runtime::AppId app_;
  std::vector<runtime::ModuleId> modules_;
  std::size_t next_ = 0;          // The module that is asked, or is to be asked.
  std::optional<Error> failure_;  // Of that module.
  Ready ready_;
};

}  // namespace hermes::init
