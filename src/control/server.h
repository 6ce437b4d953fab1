#pragma once

// Where a person, by way of `hermes ctl`, talks to an engine that runs: a socket in its home that
// only the engine's user and root can open.
//
// A client sends one line, JSON of 64 KiB at most, and gets lines of JSON; then the engine closes.
// docs/formats/control.md has what can be asked.

#include <filesystem>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "control/client.h"
#include "io/reactor.h"

namespace hermes::control {

class Handler {
 public:
  virtual ~Handler() = default;

  /// Runs on the reactor's thread. Neither waits nor throws.
  virtual void handle(std::string request, Client client) = 0;
};

/// Destroyed after the threads that run the reactor have ended; the reactor outlives it.
class Server {
 public:
  /// The caller has the lock of the home, so that what lies at the place of the socket was left by
  /// an engine that is gone. `handler` and `log` outlive the server.
  static Result<std::unique_ptr<Server>> listen(const std::filesystem::path& home,
                                                io::Reactor& reactor, Handler& handler,
                                                log::Log& log);
  ~Server();

 private:
  class Listener;
  explicit Server(std::shared_ptr<Listener> listener);
  const std::shared_ptr<Listener> listener_;
};

}  // namespace hermes::control
