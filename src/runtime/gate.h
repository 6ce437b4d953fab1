#pragma once

#include <condition_variable>
#include <mutex>

#include "base/time.h"

namespace hermes::runtime {

/// Where a thread waits for something that other threads bring about.
///
///   gate.wait_until(due, [&] { return app.idle(); });     // one thread
///   … idle = true; gate.changed();                        // the others
class Gate {
 public:
  /// `clock` outlives the gate.
  explicit Gate(Clock& clock) : clock_(clock) {}

  /// Waits until `holds()` or until `due`; returns what `holds()` is then. It is called under the
  /// gate's lock.
  template <typename Predicate>
  bool wait_until(MonotonicTime due, Predicate holds) {
    const auto alarm = clock_.alarm([this] { changed(); });
    alarm->set(due);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return holds() || clock_.now().monotonic >= due; });
    const bool held = holds();
    lock.unlock();  // The alarm, which ends now, may be about to ring.
    return held;
  }

  template <typename Predicate>
  void wait(Predicate holds) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, holds);
  }

  /// After something changed that a predicate looks at.
  void changed() {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

  MonotonicTime now() const { return clock_.now().monotonic; }

 private:
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace hermes::runtime
