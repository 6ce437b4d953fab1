#pragma once

// Names become addresses by c-ares, which waits for its answers on a reactor and holds no thread.
//
//   auto resolver = TRY(io::Resolver::open(reactor, {}));
//   if (auto known = resolver->find("example.com")) …
//   resolver->resolve("local:board", "example.com", [](Result<Resolver::Addresses> found) { … });

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "base/result.h"
#include "base/unique_function.h"
#include "io/reactor.h"

namespace hermes::io {

struct ResolverOptions {
  std::string servers = {};  // "10.0.0.1,10.0.0.2:5353"; empty: those of the machine.
  std::size_t lookups = 16;  // That an owner has under way; more wait their turn.
  std::chrono::milliseconds timeout = std::chrono::seconds(2);  // Of the first of two tries.
};

/// Look-ups for several owners: one that asks for names whose server is silent delays itself alone.
/// What is found is kept for the time that its server gives it.
class Resolver {
 public:
  using Addresses = std::vector<boost::asio::ip::address>;  // The best first. Never empty.
  using Done = UniqueFunction<void(Result<Addresses>)>;

  /// Fails where `servers` does not name any.
  static Result<std::shared_ptr<Resolver>> open(Reactor& reactor, ResolverOptions options);
  ~Resolver();

  /// What is known already. From any thread.
  std::optional<Addresses> find(std::string_view name) const;

  /// Asks. From any thread; `done` runs once on the reactor's, or not at all after `stop`.
  void resolve(std::string owner, std::string name, Done done);

  /// Ends what is under way. From any thread.
  void stop();

 private:
  class State;
  explicit Resolver(std::shared_ptr<State> state);

  const std::shared_ptr<State> state_;
};

}  // namespace hermes::io
