#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "extensions/http_gateway/exchange.h"
#include "runtime/event.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::http_gateway {

/// The modules that may answer a request, each asked until one does not decline.
///
/// Owned by the callbacks of the event that is out. When the client goes away, the event is
/// withdrawn, or, where it has begun, cancelled if nobody minds.
class ModuleTurns : public std::enable_shared_from_this<ModuleTurns> {
 public:
  /// `turns` in the order in which they are asked. `cancels`: a call that runs ends when the
  /// client goes away.
  ModuleTurns(std::shared_ptr<Exchange> exchange, std::vector<Turn> turns, bool cancels);

  /// Asks the next module, or answers that none is left.
  void ask_next();

 private:
  using ReplyEvent = wit::http_gateway::ReplyEvent;
  using Reply = ReplyEvent::Reply;

  struct Posted {
    bool is_over = false;  // The client is gone.
    std::optional<runtime::Ticket> ticket;
  };
  struct Leave {
    ModuleTurns& turns;
    void operator()() const { turns.leave(); }
  };

  Result<> post(const runtime::ModuleId& module);
  void on_reply(Result<Reply> reply);
  void on_done(runtime::EventOutcome outcome);
  void answer(wit::http_gateway::HttpResponse reply);
  void refuse(unsigned status, std::string_view why);
  void leave();

  const std::shared_ptr<Exchange> exchange_;
  const std::vector<Turn> turns_;
  const bool cancels_;
  std::size_t asked_ = 0;
  bool is_answered_ = false;
  ReplyEvent event_;
  Guarded<Posted> posted_;
  const std::stop_callback<Leave> on_departure_;  // Last, since it calls back.
};

}  // namespace hermes::http_gateway
