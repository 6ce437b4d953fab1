#pragma once

#include <any>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <map>
#include <memory>
#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "runtime/breaches.h"
#include "runtime/delivery.h"
#include "runtime/executor.h"
#include "runtime/mailbox.h"
#include "wasm/waker.h"

namespace hermes::runtime {

/// One event at one module, on the worker that began it; only the thread that drives the worker
/// touches it, but for `wake`.
class Call final : public wasm::Waker {
 public:
  using ByDeadline = std::multimap<MonotonicTime, std::shared_ptr<Call>>;

  Call(std::shared_ptr<Mailbox> mailbox, Delivery& delivery, const Module& module,
       std::uint64_t number, MonotonicTime begin);

  /// Makes the instance. Busy where there is no room for one.
  Result<> start(const Program& program, Breaches& breaches);

  /// Runs it until it waits, has used up a slice or finishes. `now` goes along.
  Execution::Progress poll(MonotonicTime& now);
  Result<std::any> take_reply();

  /// What the last poll took of the thread's time.
  std::chrono::nanoseconds last_slice() const { return last_slice_; }

  /// Drops the instance, which cancels it if it has not finished.
  void end() { execution_.reset(); }
  bool has_ended() const { return execution_ == nullptr; }

  /// Why it is out of time at `now`, if it is. Where something has moved, its deadline moves first.
  std::optional<Error> out_of_time(MonotonicTime now);

  Delivery& delivery() const { return delivery_; }
  const Module& module() const { return module_; }
  std::uint64_t number() const { return number_; }
  MonotonicTime deadline() const { return deadline_; }

  /// In the middle of `poll`, another thread than the one that polls drives the worker from now on;
  /// `cpu_clock` is that of the thread that polls.
  void leave_worker(clockid_t cpu_clock);
  /// For the thread that polls: it drives the worker again.
  void rejoin_worker();
  bool is_away() const { return away_; }

  /// While it is away: it is to end once it is back, and its host function may end early.
  void cancel() { cancelled_ = true; }
  bool is_cancelled() const { return cancelled_; }

  /// From any thread: it can go on.
  void wake() noexcept override;

  // For the worker, while the call is between two polls.
  std::optional<ByDeadline::iterator> place;  // Among those that have not ended.
  bool is_waiting = false;                    // Otherwise it is in a queue to be polled.
  std::shared_ptr<Call> next;                 // In that queue.

  // What came for it while it was away, once it was in this poll.
  struct Missed {
    bool wake = false;
    std::chrono::nanoseconds charged{0};  // To its app, when it left.
  };
  std::optional<Missed> missed;

 private:
  const std::shared_ptr<Mailbox> mailbox_;
  Delivery& delivery_;  // Gone once the call has ended, as is the module.
  const Module& module_;
  const std::uint64_t number_;
  MonotonicTime deadline_;
  std::unique_ptr<Execution> execution_;
  std::chrono::nanoseconds cpu_{0};
  std::chrono::nanoseconds last_slice_{0};
  bool used_slice_ = false;
  // Written by the thread that drives the worker, while the call's own may look.
  std::atomic<bool> away_{false};
  std::atomic<bool> cancelled_{false};
  MonotonicTime away_since_{};
  std::chrono::nanoseconds away_cpu_{0};      // Of the thread, then.
  std::chrono::nanoseconds away_waiting_{0};  // In this poll, without using the CPU.
  std::atomic<bool> woken_{false};
};

}  // namespace hermes::runtime
