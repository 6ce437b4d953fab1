#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "base/time.h"
#include "runtime/event.h"
#include "wit/hermes/http_request.h"

namespace hermes::http_request {

/// Who sent a request.
struct Sender {
  runtime::AppId app;
  runtime::ModuleId module;
};

/// Responses on their way to the modules that wait for them. While an app's queue is full, they are
/// posted again each second, for half a minute. Thread-safe.
class Deliveries {
 public:
  Deliveries(Clock& clock, runtime::Events& events, log::Log& log);

  /// `share` is kept until the response is posted or given up.
  void deliver(Sender to, wit::http_request::OnHttpResponse response,
               std::shared_ptr<const void> share);

  void forget(const runtime::AppId& app);

  /// Posts nothing more.
  void quiesce();

 private:
  struct Waiting {
    Sender to;
    wit::http_request::OnHttpResponse response;
    std::shared_ptr<const void> share;
    MonotonicTime until;
  };
  struct State {
    std::vector<Waiting> waiting;
    bool is_quiet = false;
  };

  bool post(const Waiting& delivery);
  void post_again();
  void ring_in_a_second();

  Clock& clock_;
  runtime::Events& events_;
  log::Log& log_;
  Guarded<State> state_;
  const std::unique_ptr<Alarm> alarm_;  // Last, since it calls back.
};

}  // namespace hermes::http_request
