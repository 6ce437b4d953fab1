#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "net/input.h"
#include "net/outbound.h"
#include "net/outbound_connection.h"
#include "net/outbound_shard.h"
#include "net/outbound_share.h"

namespace hermes::net {

/// One request on its way. But for `start` and `cancel`, everything runs on the thread of its
/// reactor. Its shard keeps it until it ends, and so does what is under way on its connection.
class OutboundExchange final : public std::enable_shared_from_this<OutboundExchange> {
 public:
  OutboundExchange(std::shared_ptr<OutboundShard> shard, OutboundRequest request,
                   OutboundCallbacks callbacks, std::shared_ptr<OutboundShare> share);

  const std::string& app() const { return request_.app; }

  /// From any thread.
  void start();
  void cancel();

  void abort();

 private:
  using Instant = std::chrono::steady_clock::time_point;
  using Kind = OutboundFailure::Kind;

  enum class Phase : std::uint8_t { Connecting, Writing, Reading, Ended };

  void begin();
  void resolve();
  void resolved(Result<io::Resolver::Addresses> addresses);
  void connect_to(io::Resolver::Addresses addresses);
  void connect_next(std::string_view why);
  void connected();
  void handshake();
  void write();
  void written(boost::system::error_code error);
  void read();
  void on_read(boost::system::error_code error, std::size_t count);
  void lost(Kind kind, std::string_view why);
  void complete(bool is_reusable);
  void fail(Kind kind, std::string message);
  void end();

  void set_deadline(std::chrono::nanoseconds duration);
  void arm(Instant at);
  void on_timer();

  // A handler that does nothing once the exchange has ended or has another connection. Until then
  // it owns both, and with them the memory that is read from and written to.
  template <typename F>
  auto on_connection(F f) {
    return
        [self = shared_from_this(), connection = connection_, f = std::move(f)](auto... results) {
          if (self->phase_ != Phase::Ended && self->connection_ == connection) f(*self, results...);
        };
  }

  const std::shared_ptr<OutboundShard> shard_;
  const OutboundRequest request_;
  OutboundCallbacks callbacks_;
  const std::shared_ptr<OutboundShare> share_;

  Phase phase_ = Phase::Connecting;
  bool is_sent_ = false;           // The callback knows.
  bool is_reused_ = false;         // The connection had another request before.
  std::deque<Address> addresses_;  // To be tried.
  std::shared_ptr<OutboundConnection> connection_;
  std::unique_ptr<ResponseParser> parser_;
  Input input_;

  Timer timer_;
  Instant deadline_ = Instant::max();
};

}  // namespace hermes::net
