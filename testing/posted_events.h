#pragma once

#include <any>
#include <optional>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "runtime/event.h"

namespace hermes::testing {

using runtime::EventOutcome;

/// Keeps what extensions post, for the test to read and to answer. Thread-safe.
class PostedEvents final : public runtime::Events {
 public:
  /// The events posted since the last call, oldest first.
  std::vector<runtime::Event> take() {
    return state_.with([](State& state) { return std::exchange(state.accepted, {}); });
  }

  /// Refuses every event with `why` from now on; nullopt accepts them again.
  void refuse(std::optional<Error> why) {
    state_.with([&](State& state) { state.refusal = std::move(why); });
  }

 private:
  struct State {
    std::vector<runtime::Event> accepted;
    std::optional<Error> refusal;
  };

  Result<> accept(runtime::Event&& event) override {
    return state_.with([&](State& state) -> Result<> {
      if (state.refusal) return *state.refusal;
      state.accepted.push_back(std::move(event));
      return {};
    });
  }

  Guarded<State> state_;
};

/// Does what a worker does with an event for one module, which answers `reply`. Returns whether the
/// event began.
inline bool deliver(runtime::Event& event, Result<std::any> reply) {
  const bool started = event.start();
  if (started && event.on_reply) event.on_reply(std::move(reply));
  if (event.on_done) event.on_done(started ? EventOutcome::Delivered : EventOutcome::Withdrawn);
  return started;
}

/// Does what a worker does with an event that reaches no module.
inline void end(runtime::Event& event, EventOutcome outcome) {
  if (event.on_done) event.on_done(outcome);
}

}  // namespace hermes::testing
