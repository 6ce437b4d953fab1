#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/guarded.h"
#include "base/result.h"
#include "base/strings.h"
#include "base/unique_function.h"
#include "runtime/gate.h"

namespace hermes::runtime {

/// What an app waits for before it opens: an answer from each of those that were asked.
class Opening {
 public:
  /// `gate` outlives whoever can answer.
  explicit Opening(Gate& gate) : gate_(gate), state_(std::make_shared<Guarded<State>>()) {}

  /// What `who` is to call, once, from any thread. To drop it is an error.
  UniqueFunction<void(Result<>)> ask(std::string_view who) {
    state_->with([](State& state) { ++state.missing; });
    return [answer = Answer(gate_, state_, who)](Result<> result) mutable {
      answer.give(std::move(result));
    };
  }

  /// The first error, or that of being late.
  Result<> wait_until(MonotonicTime due) {
    const bool settled = gate_.wait_until(due, [&] {
      return state_->with([](State& state) { return state.missing == 0 || state.error; });
    });
    if (!settled) return Error(Code::TimedOut, "it took too long to start");
    return state_->with([](State& state) -> Result<> {
      if (state.error) return *state.error;
      return {};
    });
  }

 private:
  struct State {
    std::size_t missing = 0;
    std::optional<Error> error;
  };

  class Answer {
   public:
    Answer(Gate& gate, std::shared_ptr<Guarded<State>> state, std::string_view who)
        : gate_(gate), state_(std::move(state)), who_(who) {}
    Answer(Answer&&) noexcept = default;
    ~Answer() {
      if (state_) give(Error(Code::Stopping, concat("'", who_, "' gave up")));
    }

    void give(Result<> result) {
      const auto state = std::exchange(state_, nullptr);
      if (!state) return;
      state->with([&](State& s) {
        --s.missing;
        if (!result && !s.error) s.error = std::move(result).error();
      });
      gate_.changed();
    }

   private:
    Gate& gate_;
    std::shared_ptr<Guarded<State>> state_;
    std::string who_;
  };

  Gate& gate_;
  const std::shared_ptr<Guarded<State>> state_;
};

}  // namespace hermes::runtime
