#pragma once

#include <memory>
#include <string>

namespace hermes::control {

class Session;

/// One who asked, and the right to answer. Thread-safe; never waits. Dropped before `end`, it is
/// told that the engine stops.
class Client {
 public:
  explicit Client(std::shared_ptr<Session> session) : session_(std::move(session)) {}
  Client(Client&&) noexcept = default;
  Client& operator=(Client&& other) noexcept;
  ~Client();

  /// Sends a line, to which the line end is added; false if the client is gone, or reads so slowly
  /// that a mebibyte waits for it: the line is not sent then.
  bool send(std::string line);

  /// The last line.
  void end(std::string line);

  /// Whether it has hung up, as far as that was noticed.
  bool is_gone() const;

 private:
  std::shared_ptr<Session> session_;
};

/// {"ok":false,"error":"…"}
std::string error_answer(std::string_view why);

}  // namespace hermes::control
