#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "base/result.h"
#include "extensions/http_gateway/options.h"
#include "extensions/http_gateway/site.h"
#include "io/reactor.h"
#include "net/http_server.h"
#include "runtime/event.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::http_gateway {

/// One request on its way through the modules of an app: each is asked, until one answers.
///
/// Owned by the callbacks of the event that is out. A client that goes away has it withdrawn, as
/// long as it has not begun.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  struct Needs {
    const Options& options;
    runtime::Events& events;
    log::Log& log;
    io::Reactor& reactor;  // That runs the request's connection.
  };

  /// `responder` has just been handed out. What is in `needs` outlives the exchange.
  /// There is a turn.
  Exchange(const Needs& needs, runtime::AppId app, std::vector<Turn> turns, net::Request request,
           net::Responder responder);

  /// Asks the next module, or answers that there is none.
  void ask();

 private:
  using ReplyEvent = wit::http_gateway::ReplyEvent;
  using Reply = ReplyEvent::Reply;

  struct Posted {
    bool is_withdrawn = false;
    std::optional<runtime::Ticket> ticket;
  };
  struct Withdraw {
    Exchange& exchange;
    void operator()() const { exchange.withdraw(); }
  };

  void hand_over(const runtime::ModuleId& module);
  Result<> post(const runtime::ModuleId& module);
  void on_reply(Result<Reply> reply);
  void on_done(runtime::EventOutcome outcome);
  void answer(wit::http_gateway::HttpResponse reply);
  void answer(unsigned status, std::string_view why);
  void withdraw();

  const Needs needs_;
  const runtime::AppId app_;
  const std::vector<Turn> turns_;
  const std::string key_;  // What the log calls the request.
  std::size_t asked_ = 0;
  bool is_answered_ = false;
  std::optional<net::Request> kept_;  // For a turn that takes all of it.
  ReplyEvent event_;
  net::Responder responder_;
  const std::stop_token departure_;
  Guarded<Posted> posted_;
  const std::stop_callback<Withdraw> on_departure_;  // Last, since it calls back.
};

}  // namespace hermes::http_gateway
