#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/guarded.h"
#include "base/result.h"
#include "base/unique_function.h"
#include "extensions/http_gateway/exchange.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::http_gateway {

/// Has the app's authenticator judge the client of a request, before any other module sees it.
///
/// Only 200 lets it pass, and, where knowing the client is optional, that the authenticator has
/// nothing to say. One that traps, is late or is not there denies, as does a full queue.
class Authentication : public std::enable_shared_from_this<Authentication> {
 public:
  using Pass = UniqueFunction<void(std::shared_ptr<Exchange>)>;

  /// Calls `pass`, from any thread, perhaps at once; or answers the request.
  static void judge(std::shared_ptr<Exchange> exchange, AuthLevel level, Pass pass);

  Authentication(std::shared_ptr<Exchange> exchange, AuthLevel level, std::string key, Pass pass);

 private:
  using ValidateAuth = wit::http_gateway::ValidateAuth;
  using Verdict = ValidateAuth::Reply;

  struct Posted {
    bool is_over = false;
    std::optional<runtime::Ticket> ticket;
  };
  struct Leave {
    Authentication& authentication;
    void operator()() const { authentication.leave(); }
  };

  void ask();
  void on_reply(Result<Verdict> verdict);
  void on_done(runtime::EventOutcome outcome);
  void let_pass(const Identity& identity);
  void refuse(unsigned status, std::string_view why);
  void leave();

  const std::shared_ptr<Exchange> exchange_;
  const AuthLevel level_;
  const std::string key_;  // In the cache; empty: nothing is kept.
  Pass pass_;
  bool is_decided_ = false;
  Guarded<Posted> posted_;
  const std::stop_callback<Leave> on_departure_;  // Last, since it calls back.
};

}  // namespace hermes::http_gateway
