#pragma once

// An event is typed data for one WIT export, a target and a source.
//
// Extensions post the struct that is generated for the export:
//
//   auto ticket = TRY(events.post(OnCron{entry, last}, {.app = app}, {"cron", entry.tag},
//                                 {.on_reply = [](Result<bool> again) { ... },
//                                  .on_done = [](EventOutcome) { ... }}));
//
// Events of one app and source form a lane. An event of it is done when every module has finished
// and every reply has reached the extension; only then does the next begin. Lanes run in parallel.

#include <any>
#include <compare>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_function.h"
#include "runtime/activity.h"
#include "runtime/app.h"
#include "runtime/ticket.h"
#include "wasm/export_type.h"

namespace hermes::runtime {

/// Who receives an event: the modules of `app` that export the handler; with `modules`, only those
/// of them that it names.
struct Target {
  AppId app;
  std::vector<ModuleId> modules = {};
};

/// What order is kept by: {"cron", tag}, {"ipfs", topic and publisher}.
struct Source {
  std::string extension;  // Its name, so that tag "x" and topic "x" never meet.
  std::string key;

  /// True where no other event ever has this source, as with an HTTP exchange: no order is kept,
  /// and no lane is looked up. `key` then is only for the log.
  bool unique = false;

  auto operator<=>(const Source&) const = default;
};

/// What became of an event that was accepted.
enum class EventOutcome : std::uint8_t {
  Delivered,   // Every module was called. What the calls came to, the replies say.
  Withdrawn,   // By its ticket, before it began.
  NoHandler,   // No module of the target exports the handler.
  AppStopped,  // The app ended before the event began.
};

/// A struct that is generated for a WIT export: its arguments, `kHandler` and `Reply`.
template <typename T>
concept EventArguments = std::copy_constructible<T> && requires {
  typename T::Reply;
  { T::kHandler } -> std::convertible_to<std::string_view>;
};

/// Takes a reply as the worker has it, for a function that takes a Result<Reply>.
template <typename Reply>
class ReplyFunction {
 public:
  // NOLINTBEGIN(google-explicit-constructor): a lambda is passed where a function is taken.
  ReplyFunction(std::nullptr_t) {}
  template <std::invocable<Result<Reply>> F>
    requires(!std::constructible_from<F, std::nullptr_t>)  // Nothing inside could be empty.
  ReplyFunction(F on_reply)
      : erased([on_reply = std::move(on_reply)](Result<std::any> reply) mutable {
          on_reply([&]() -> Result<Reply> {
            using Value = Result<Reply>::Value;
            return std::any_cast<Value>(TRY(std::move(reply)));
          }());
        }) {}
  // NOLINTEND(google-explicit-constructor)

  UniqueFunction<void(Result<std::any>)> erased;
};

/// What an extension hears of its event. Both run on a worker and must not wait.
template <EventArguments Arguments>
struct Callbacks {
  /// Once for each module called, with what its handler returned, or why it did not: GuestFailed,
  /// TimedOut, Stopping.
  ReplyFunction<typename Arguments::Reply> on_reply = nullptr;

  /// Exactly once for each event that was accepted, after its last reply.
  UniqueFunction<void(EventOutcome)> on_done = nullptr;
};

/// Hears of the calls of an event.
class CallObserver {
 public:
  virtual ~CallObserver() = default;

  /// A call waits. On its worker; does not wait, and calls nothing back.
  virtual void on_wait() noexcept = 0;
};

struct PostOptions {
  /// Delivered while the app is still starting, when all others wait until it is open.
  bool during_start = false;

  /// How many events led to this one, each raised by the handling of the one before.
  std::uint32_t depth = 0;

  /// From its last note, the wall time of a call begins anew; outlives the event. Null: there is
  /// one, from the beginning.
  const Activity* activity = nullptr;

  /// Outlives the event. Null: there is none.
  CallObserver* observer = nullptr;
};

/// An event on its way, whatever its type.
struct Event {
  const wasm::ExportType* type;  // Knows how to cross to the guest and back. Never null.
  std::any arguments;            // The generated struct.
  Target target;
  Source source;
  UniqueFunction<void(Result<std::any>)> on_reply;
  UniqueFunction<void(EventOutcome)> on_done;
  PostOptions options = {};
  Ticket ticket = {};

  std::string_view handler() const { return type->handler; }

  /// Bytes that it takes in a queue.
  std::size_t size() const { return sizeof(Event) + type->size(arguments); }

  template <EventArguments Arguments>
  const Arguments& as() const {
    return std::any_cast<const Arguments&>(arguments);
  }

  /// For the worker, before it calls a module: whether nobody has withdrawn the event.
  bool start() { return ticket.leave_queue(Ticket::State::Started); }

  /// True: `start` will fail. False says nothing about later.
  bool withdrawn() const { return ticket.waiting_->state.load() == Ticket::State::Withdrawn; }

  /// Its calls are to end.
  bool cancelled() const { return ticket.waiting_->state.load() == Ticket::State::Cancelled; }

  /// Before anybody has the ticket: its place in the queue, given back when the event begins or is
  /// withdrawn.
  void occupy(QueueShare share) { ticket.waiting_->share = std::move(share); }
};

/// Where extensions post events. Thread-safe.
class Events {
 public:
  virtual ~Events() = default;

  /// Queues an event or refuses it: LimitReached for the app's quota, Busy, Stopping, NotFound for
  /// an app that is not there.
  ///
  /// Never blocks, and neither a handler nor a callback runs before it returns, so a lock may be
  /// held. Of a refused event, nothing is heard but this error.
  template <EventArguments Arguments>
  Result<Ticket> post(Arguments arguments, Target target, Source source,
                      Callbacks<Arguments> callbacks = {}, PostOptions options = {}) {
    Event event{&wasm::kExportType<Arguments>,
                std::move(arguments),
                std::move(target),
                std::move(source),
                std::move(callbacks.on_reply.erased),
                std::move(callbacks.on_done),
                options};
    auto ticket = event.ticket;
    TRY(accept(std::move(event)));
    return ticket;
  }

  /// Nobody needs the event any more: it is withdrawn, or, where it has begun, its calls end soon,
  /// as cancelled. Never blocks, and no callback runs before it returns.
  void cancel(Ticket& ticket) {
    if (ticket.cancel()) end_calls(ticket);
  }

 private:
  // Of an event that is cancelled.
  virtual void end_calls(const Ticket& /*ticket*/) {}
  virtual Result<> accept(Event&& event) = 0;
};

}  // namespace hermes::runtime
