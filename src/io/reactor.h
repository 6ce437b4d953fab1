#pragma once

#include <boost/asio/io_context.hpp>

namespace hermes::io {

/// The sockets and timers of one worker, whose thread alone runs them. Boost.Asio is the reactor
/// (ADR 0004); `boost::asio::post(reactor.context(), …)` reaches it from any thread.
class Reactor {
 public:
  boost::asio::io_context& context() { return context_; }

 private:
  boost::asio::io_context context_{1};
};

}  // namespace hermes::io
