#pragma once

#include <atomic>
#include <deque>
#include <optional>

#include "base/guarded.h"
#include "base/unique_function.h"
#include "runtime/gate.h"

namespace hermes::runtime {

/// What others ask of the thread that runs an engine: tasks, to stop, and to do that at once.
/// Thread-safe.
class Requests {
 public:
  /// `gate` outlives it, and opens for `code` and `is_in_a_hurry`.
  explicit Requests(Gate& gate) : gate_(gate) {}

  /// Waits until somebody asks to stop; returns the code of the first who did. Meanwhile, performs
  /// the tasks. Those that have not begun then are dropped.
  int wait();

  void perform(UniqueFunction<void()> task);
  void stop(int code);
  void hurry();

  /// Of the first who asked to stop.
  std::optional<int> code() const;
  bool is_in_a_hurry() const { return in_a_hurry_; }

 private:
  Gate& gate_;
  Guarded<std::optional<int>> code_;
  Guarded<std::deque<UniqueFunction<void()>>> tasks_;
  std::atomic<bool> in_a_hurry_{false};
};

}  // namespace hermes::runtime
