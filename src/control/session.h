#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "base/guarded.h"
#include "control/server.h"

namespace hermes::control {

using Executor = boost::asio::io_context::executor_type;
using Protocol = boost::asio::local::stream_protocol;
using Socket = boost::asio::basic_stream_socket<Protocol, Executor>;
using Timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

/// A connection: one line is read, and lines are sent. All but `send` and `is_gone` runs on the
/// thread of the reactor.
class Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(Socket socket, Handler& handler);

  /// Reads the request and has it handled.
  void start();

  /// False if the client is gone, or if too much waits for it. `is_last`: closes once it is sent.
  bool send(std::string line, bool is_last);

  bool is_gone() const;

  /// The reactor's thread has ended: nothing of the reactor is left in it.
  void abandon();

 private:
  struct Outbox {
    std::string text;
    bool is_writing = false;
    bool is_last = false;
    bool is_gone = false;
  };

  void on_request(const boost::system::error_code& error, std::size_t size);
  void watch();
  void write();
  void close();

  Handler& handler_;
  const Executor executor_;
  std::optional<Socket> socket_;
  std::optional<Timer> timer_;
  std::string input_;
  std::string sending_;
  Guarded<Outbox> outbox_;
};

}  // namespace hermes::control
