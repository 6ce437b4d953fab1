#pragma once

#include <chrono>
#include <list>
#include <optional>
#include <stop_token>
#include <utility>

#include "base/guarded.h"
#include "base/unique_function.h"
#include "extensions/ipfs/answer.h"

namespace hermes::ipfs {

/// A call that waits. It is answered once, from any thread, and its end ends what is under way for
/// it. Thread-safe.
template <typename T>
class Question {
 public:
  /// `left` is how long the call can still wait.
  Question(UniqueFunction<void(Answer<T>)> answer, std::stop_token stop,
           std::chrono::nanoseconds left)
      : stop_(std::move(stop)), left_(left) {
    state_.with([&](State& state) { state.answer = std::move(answer); });
  }

  std::chrono::nanoseconds left() const { return left_; }
  bool is_cancelled() const { return stop_.stop_requested(); }

  /// `cancel` neither waits nor answers.
  void cancel_with_call(UniqueFunction<void()> cancel) {
    state_.with([&](State& state) {
      if (state.answer) state.cancels.emplace_back(stop_, Cancel{std::move(cancel)});
    });
  }

  /// The first answer counts.
  void answer(Answer<T> with) {
    std::list<Registered> cancels;  // Gone without the lock.
    auto answer = state_.with([&](State& state) {
      cancels.swap(state.cancels);
      return std::exchange(state.answer, nullptr);
    });
    cancels.clear();
    if (answer) answer(std::move(with));
  }
  void fail(Errno code, std::string why) { answer(fails(code, std::move(why))); }

 private:
  struct Cancel {
    void operator()() { cancel(); }
    UniqueFunction<void()> cancel;
  };
  using Registered = std::stop_callback<Cancel>;
  struct State {
    UniqueFunction<void(Answer<T>)> answer;
    std::list<Registered> cancels;
  };

  const std::stop_token stop_;
  const std::chrono::nanoseconds left_;
  Guarded<State> state_;
};

}  // namespace hermes::ipfs
