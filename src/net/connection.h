#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/post.hpp>

#include "net/input.h"
#include "net/outbox.h"
#include "net/shard.h"
#include "net/socket.h"
#include "net/transport.h"

namespace hermes::net {

/// The socket of a client, and what goes in and out. What the bytes mean is known to the classes
/// that are made of it, one for each version of HTTP.
///
/// Everything but `perform` runs on the thread of its reactor. The operations that are under way
/// own it, and so do those who answer its requests.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// What a connection has and can hand on.
  struct Parts {
    std::shared_ptr<Shard> shard;
    Socket socket;
    Transport transport;
    std::string peer;
    Input input = {};
  };

  explicit Connection(Parts parts);
  virtual ~Connection() = default;

  /// Begins to read.
  virtual void start() = 0;

  /// Closes now, or as soon as the requests that are being handled have been answered.
  virtual void quiesce() = 0;
  void close();

  /// The client's IP address.
  const std::string& peer() const { return peer_; }

 protected:
  using Instant = std::chrono::steady_clock::time_point;

  /// Has `on_input` called when there is more in the input, or the client sends nothing more.
  void read(std::size_t capacity);
  virtual void on_input() = 0;

  /// Whether everything in the outbox is sent. If not, `on_room` follows when it is, or the
  /// connection is closed.
  bool flush();
  virtual void on_room() = 0;

  /// Sends nothing more, and closes once the client has read all: to close a socket with unread
  /// input resets it, and what is still under way to the client is lost.
  void linger();

  /// When `on_deadline` is called, unless it is set anew.
  void set_deadline(std::chrono::nanoseconds from_now);
  void clear_deadline() { deadline_ = Instant::max(); }
  virtual void on_deadline() = 0;

  /// It has been closed: last, so that it may call others.
  virtual void on_close() = 0;

  /// A client that has gone is noticed although nothing is read: it closes then.
  void watch();

  /// Runs `f` on the thread of the reactor: now, if that is this one; never, if the server has been
  /// stopped.
  template <typename F>
  void perform(F f) {
    if (shard_->reactor().runs_here()) return f();
    post(std::move(f));
  }
  template <typename F>
  void post(F f) {
    if (shard_->server().is_stopped) return;
    boost::asio::post(shard_->reactor().context(),
                      [self = shared_from_this(), f = std::move(f)]() mutable { f(); });
  }

  /// Ends this connection without closing the socket, for another to take over.
  Parts release();

  const HttpServerOptions& options() const { return shard_->server().options; }
  bool is_quiet() const { return shard_->server().is_quiet; }
  bool is_closed() const { return is_closed_; }
  bool is_lingering() const { return is_lingering_; }
  bool is_blocked() const { return is_blocked_; }
  bool has_ended() const { return has_ended_; }
  Shard& shard() { return *shard_; }
  const Transport& transport() const { return transport_; }

  Input input_;
  Outbox outbox_;

 private:
  void wait_to_read();
  void on_readable();
  void arm(Instant at);
  void on_timer();

  const std::shared_ptr<Shard> shard_;
  Socket socket_;
  Transport transport_;
  std::string peer_;

  std::size_t capacity_ = 0;  // Of the input, for what is read next.
  bool is_reading_ = false;   // A read is under way.
  bool is_watching_ = false;
  bool is_blocked_ = false;  // The socket takes no more.
  bool has_ended_ = false;   // The client sends nothing more.
  bool is_lingering_ = false;
  bool is_closed_ = false;

  Timer timer_;
  Instant deadline_ = Instant::max();
  Instant armed_ = Instant::max();  // When the timer fires. It is moved forward only.
};

}  // namespace hermes::net
