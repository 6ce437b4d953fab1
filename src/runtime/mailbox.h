#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "io/reactor.h"
#include "runtime/ticket.h"

namespace hermes::runtime {

class Call;
class RunningApp;
class Turn;

/// What other threads leave for a worker. The first letter to a worker that waits in its reactor
/// ends the wait; the others cost no system call. Thread-safe.
///
/// Wakers share it and may outlive the worker: nothing is delivered once it is closed.
class Mailbox {
 public:
  struct Letters {
    std::vector<std::shared_ptr<Call>> woken;
    std::vector<std::shared_ptr<RunningApp>> swept;  // Of what was withdrawn.
    std::vector<std::shared_ptr<RunningApp>> cancelled;
    std::vector<Ticket> unwanted;  // Events that are cancelled.
    std::vector<Turn*> rejoining;
    bool stop = false;
  };

  /// `reactor` is left alone after `close`.
  explicit Mailbox(io::Reactor& reactor) : reactor_(&reactor) {}

  void wake(std::shared_ptr<Call> call);
  void sweep(std::shared_ptr<RunningApp> app);
  void cancel(std::shared_ptr<RunningApp> app);
  void end_calls(const Ticket& ticket);
  /// The turn is given by the thread that drives the worker, when it is at a safe place.
  void rejoin(Turn& turn);
  void stop();

  /// Ends the worker's wait, if it is in one. Returns whether it was.
  bool interrupt();
  bool is_waiting() const { return waiting_.load(); }

  // For the worker's thread.
  bool empty() const { return !has_letters_.load(); }
  void take(Letters& letters);  // Into what is empty.
  void set_waiting(bool waiting) { waiting_.store(waiting); }
  void close();

 private:
  template <typename F>
  void leave(F&& add);

  std::mutex mutex_;
  Letters letters_;
  io::Reactor* reactor_;
  std::atomic<bool> has_letters_{false};
  std::atomic<bool> waiting_{false};
};

}  // namespace hermes::runtime
