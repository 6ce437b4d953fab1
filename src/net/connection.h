#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "net/input.h"
#include "net/outbox.h"
#include "net/request_parser.h"
#include "net/response.h"
#include "net/socket.h"

namespace hermes::net {

class Shard;

/// A client, and the one request of it that is being read or handled. What it pipelines waits.
///
/// Everything but `respond` runs on the thread of its reactor. The operations that are under way
/// own it, and so does the Responder of its request.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Shard> shard, Socket socket, std::string peer);

  /// Begins to read; `is_refused`: answers that there are too many connections, and closes.
  void start(bool is_refused);

  /// Closes now, or as soon as the request that is being handled has been answered.
  void quiesce();
  void close();

  /// From any thread: the answer to the request that is being handled.
  void respond(Response response);

  std::stop_token departure();

 private:
  using Instant = std::chrono::steady_clock::time_point;

  enum class Phase : std::uint8_t { Reading, Handling, Lingering, Closed };

  /// What the connection waits for, when it waits for the client.
  enum class Wait : std::uint8_t { Nothing, Request, Header, Body, Write, Close };

  void read();
  void on_read(boost::system::error_code error, std::size_t count);
  void advance();
  bool advance_one();
  void handle();
  void finish(Response response);
  void write(Response response);
  void fail(unsigned status, std::string_view why);
  bool flush();
  void linger();
  void set_deadline();
  void wait_for(Wait wait);
  void arm(Instant at);
  void on_timer();
  void on_deadline();

  const std::shared_ptr<Shard> shard_;
  Socket socket_;
  const std::string peer_;
  Input input_;
  RequestParser parser_;
  Outbox outbox_;
  std::stop_source departure_{std::nostopstate};  // Of the request that is being handled.

  Phase phase_ = Phase::Reading;
  unsigned version_ = 11;  // Of that request, likewise below.
  bool is_head_ = false;   // Its method is HEAD.
  bool keep_alive_ = true;
  bool is_in_handler_ = false;
  bool is_reading_ = false;  // A read is under way.
  bool is_blocked_ = false;  // The socket takes no more.
  bool has_ended_ = false;   // The client sends nothing more.
  bool is_closing_ = false;  // What is in the outbox is the last.

  Timer timer_;
  Wait wait_ = Wait::Nothing;
  Instant deadline_ = Instant::max();
  Instant armed_ = Instant::max();  // When the timer fires. It is moved forward only.
  std::size_t body_at_deadline_ = 0;
};

}  // namespace hermes::net
