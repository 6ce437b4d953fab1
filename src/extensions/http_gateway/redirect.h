#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/guarded.h"
#include "extensions/http_gateway/exchange.h"
#include "extensions/http_gateway/redirect_rules.h"
#include "net/outbound.h"
#include "net/responder.h"

namespace hermes::http_gateway {

/// An answer that the gateway fetches from elsewhere for a module, and relays as it comes, as fast
/// as the slower side takes it.
///
/// It goes where the app's manifest lists the URL and its permissions the host, through the
/// engine's one outbound client, which checks the address. It asks by GET, or HEAD; of the client's
/// header it passes on what chooses a representation, and nothing by which the client is known to
/// the app. What comes back is relayed whatever its status, so that a redirect is the client's to
/// follow. A request that the gateway has sent to itself fetches nothing more.
class Redirect : public std::enable_shared_from_this<Redirect> {
 public:
  /// `module` has asked for it. Answers the request.
  static void follow(std::shared_ptr<Exchange> exchange, const runtime::ModuleId& module,
                     std::string_view url);

  explicit Redirect(std::shared_ptr<Exchange> exchange);

 private:
  struct Leave {
    Redirect& redirect;
    void operator()() const { redirect.leave(); }
  };
  struct Sent {
    bool is_over = false;
    std::optional<net::OutboundTicket> ticket;
  };

  void send(net::OutboundRequest request);
  void relay(net::OutboundResult<net::OutboundStream> result);
  void read();
  void on_piece(net::OutboundResult<std::string> piece);
  void finish();
  void refuse(const net::OutboundFailure& failure);
  void leave();

  const std::shared_ptr<Exchange> exchange_;
  Guarded<Sent> sent_;

  // Of a response that has begun.
  net::OutboundBody body_;
  net::BodyWriter writer_;
  unsigned status_ = 0;
  std::uint64_t bytes_ = 0;

  const std::stop_callback<Leave> on_departure_;  // Last, since it calls back.
};

}  // namespace hermes::http_gateway
