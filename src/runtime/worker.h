#pragma once

// A worker is a core: its own reactor, its own executor, its own queues. The thread that drives it
// goes round:
//
//   letters of other threads → some calls → what is ready in the reactor → …
//
// and waits in the reactor when there is nothing to do. Which calls those are, its RunQueue says.
//
// While a call is in a blocking section that takes long, another thread drives the worker; when the
// host function returns, the call's thread asks for the worker, gets it between two polls, and goes
// on from where it was.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <deque>
#include <memory>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "base/log.h"
#include "base/time.h"
#include "io/reactor.h"
#include "runtime/call.h"
#include "runtime/delivery.h"
#include "runtime/executor.h"
#include "runtime/mailbox.h"
#include "runtime/run_queue.h"
#include "runtime/running_app.h"
#include "runtime/section.h"
#include "runtime/turn.h"

namespace hermes::runtime {

class Crew;

class Worker {
 public:
  /// `crew` and `log` outlive it.
  Worker(Crew& crew, std::size_t number, log::Log& log);
  Worker(const Worker&) = delete;
  ~Worker();

  /// The worker that this thread drives, or whose call it is in; null for other threads.
  static Worker* current();

  /// The app whose call this thread is in; null between polls.
  static const RunningApp* current_app();

  // Of the call that this thread is in, while it is in a blocking section; false for other threads.
  static bool current_call_is_cancelled();
  static bool current_call_is_away();

  /// Before it is driven. `executor` outlives the threads that drive it.
  void set_executor(Executor& executor) { executor_ = &executor; }

  /// Drives it, on this thread, until it stops or the thread of a call that was away drives on.
  void drive();

  /// From any thread: nobody drives it any more soon, once no call is away and the reactor's
  /// handlers that are ready have run.
  void stop() { mailbox_->stop(); }

  // From any thread.

  /// Gives it a delivery whose turn has come.
  void push(std::unique_ptr<Delivery> delivery);

  /// Ends what the app has here: its running calls, and the deliveries that have not begun.
  void cancel(std::shared_ptr<RunningApp> app) { mailbox_->cancel(std::move(app)); }

  /// Ends what waits here of the app and was withdrawn.
  void sweep(std::shared_ptr<RunningApp> app) { mailbox_->sweep(std::move(app)); }

  /// Ends the calls of the event, which is cancelled.
  void end_calls(const Ticket& ticket) { mailbox_->end_calls(ticket); }

  /// The app may have a call more than before.
  void has_room(RunningApp& app);

  /// Takes away half of the deliveries that have not begun; none if there are none.
  DeliveryQueue take_half();

  /// The same on its own thread, of one that another worker had. It ends here if it was withdrawn:
  /// on its way, no sweep sees it.
  void take(std::unique_ptr<Delivery> delivery);

  bool interrupt_wait() { return mailbox_->interrupt(); }
  std::size_t ready() const { return queue_.ready(); }
  std::size_t load() const;

  const Crew& crew() const { return crew_; }
  io::Reactor& reactor() { return reactor_; }

  /// For the clock, at each tick: finds a spare thread for the worker when a call takes long in a
  /// blocking section.
  void watch_section();

  // For the call that this thread is in: a blocking section begins, and ends. Returns for how long
  // it held the worker up, for want of a spare thread.
  void blocking_began();
  std::chrono::nanoseconds blocking_ended();

 private:
  bool is_over() const { return stopping_ && away_.empty(); }
  void take_over();
  void rejoin(Call& call);
  void give_back();
  bool is_driven_here() const;
  void set_call(Call* call);  // That this thread is in.
  void read_letters();
  void run_some();
  bool run_next();
  void wait();
  bool may_begin() const { return !out_of_slots_; }

  void begin(std::unique_ptr<Delivery> delivery);
  Result<std::shared_ptr<Call>> start_call(Delivery& delivery, const Module& module);
  bool start_other(Delivery& delivery, const Module& module);
  void wait_to_start(RunningApp& app, Code reason);
  void wait_for_slot();
  void poll(const std::shared_ptr<Call>& call);
  void put_back(Call& call);
  bool end_if_too_late(Call& call);
  void keep(const std::shared_ptr<Call>& call);
  void forget(Call& call);
  void end_call(Call& call);
  void finish(Call& call, Result<std::any> reply);
  void reply(Delivery& delivery, Result<std::any> reply);
  void end(std::unique_ptr<Delivery> delivery, EventOutcome outcome);
  void end_undelivered(std::unique_ptr<Delivery> delivery, EventOutcome outcome);
  void end_withdrawn_of(RunningApp& app);
  void cancel_all_of(RunningApp& app);
  void cancel_all_of(const Ticket& ticket);
  void cancel_calls(const Error& why, auto is_one);

  void set_deadline_timer();
  void end_overdue();
  void read_clock() { now_ = std::chrono::steady_clock::now(); }

  Crew& crew_;
  const std::size_t number_;
  log::Log& log_;
  io::Reactor reactor_;
  const std::shared_ptr<Mailbox> mailbox_;
  Executor* executor_ = nullptr;

  RunQueue queue_;
  std::atomic<std::size_t> call_count_{0};

  Section section_;

  // For the thread that drives it.
  Mailbox::Letters letters_;
  MonotonicTime now_{};
  Call::ByDeadline calls_;              // Those that did not finish at their first poll.
  std::chrono::nanoseconds polled_{0};  // What the calls of this turn took of the thread's time.
  bool out_of_slots_ = false;
  std::vector<const Module*> modules_;  // Of the event that begins.
  Call* call_ = nullptr;                // That is polled.
  clockid_t cpu_clock_{};               // Of the thread that drives it.
  std::vector<Call*> away_;
  std::deque<Turn*> rejoining_;  // Of those that are away.
  bool stopping_ = false;
  boost::asio::steady_timer deadline_timer_;
  MonotonicTime deadline_timer_due_ = MonotonicTime::max();
  boost::asio::steady_timer slot_timer_;
};

}  // namespace hermes::runtime
