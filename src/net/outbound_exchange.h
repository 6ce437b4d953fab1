#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
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

  /// From any thread: whether nothing runs for it any more. Then its reactor may be gone.
  bool has_ended() const { return has_ended_; }

  /// From any thread.
  void start();
  void cancel();
  void read_body(OutboundBody::Then then);

  void abort();

 private:
  using Instant = std::chrono::steady_clock::time_point;
  using Kind = OutboundFailure::Kind;

  enum class Phase : std::uint8_t {
    Connecting,
    Writing,
    Reading,
    Streaming,  // The head has been handed over, and the body is read as it is asked for.
    Ended,
  };

  void begin();
  void resolve();
  void resolved(Result<io::Resolver::Addresses> addresses);
  void connect_to(io::Resolver::Addresses addresses);
  void connect_next(std::string_view why);
  void connected();
  void handshake();
  void write();
  void written(boost::system::error_code error);
  void send_body();
  void body_written(boost::system::error_code error);
  void wait_for_server();
  void read();
  void on_read(boost::system::error_code error, std::size_t count);
  void advance(bool has_ended);
  void feed();
  void hand_over();
  void want_piece(OutboundBody::Then then);
  bool give_piece();
  void lost(Kind kind, std::string_view why);
  void complete(bool is_reusable);
  void release(bool is_reusable);
  void fail(Kind kind, std::string message);
  void end();

  void set_deadline(std::chrono::nanoseconds duration);
  void clear_deadline();
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
  OutboundRequest request_;
  OutboundCallbacks callbacks_;
  const std::shared_ptr<OutboundShare> share_;
  const bool is_streamed_;

  Phase phase_ = Phase::Connecting;
  std::atomic<bool> has_ended_ = false;
  bool is_sent_ = false;           // The callback knows.
  bool is_reused_ = false;         // The connection had another request before.
  std::deque<Address> addresses_;  // To be tried.
  std::shared_ptr<OutboundConnection> connection_;

  std::shared_ptr<OutboundSource> body_;  // Of the request, as long as it is not whole.
  std::uint64_t body_bytes_ = 0;          // Of it, so far.
  std::string out_;                       // Of it, while it is written.
  bool is_writing_ = false;
  bool is_cut_ = false;  // The server takes no more of it.

  std::unique_ptr<ResponseParser> parser_;
  OutboundBody::Then then_;                // Of who waits for one.
  std::optional<OutboundFailure> broken_;  // What became of the body.
  Input input_;

  Timer timer_;
  Instant deadline_ = Instant::max();
};

}  // namespace hermes::net
