#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "io/descriptor.h"

namespace hermes::control {

/// A client's side: asks the engine of a home, and waits for what it says.
class Connection {
 public:
  /// The error says whether there is no engine, or who may not talk to it.
  static Result<Connection> open(const std::filesystem::path& home);

  Result<> send(std::string line);

  /// The next line; nullopt once the engine has closed.
  std::optional<std::string> receive();

 private:
  explicit Connection(io::Descriptor socket) : socket_(std::move(socket)) {}

  io::Descriptor socket_;
  std::string input_;
};

}  // namespace hermes::control
