#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "net/request.h"

namespace hermes::net {

struct RequestLimits {
  std::size_t body_bytes = std::size_t{8} << 20;
  std::size_t header_bytes = std::size_t{32} << 10;  // With the request line.
  std::size_t header_count = 100;
};

/// Turns the bytes of a connection into requests, one after the other.
///
/// Stricter than RFC 9112 has to be, so that no two readers of a message disagree on where it ends:
/// folded lines, bare LF, a second Content-Length or Host, and Transfer-Encoding other than
/// `chunked` are refused.
class RequestParser {
 public:
  enum class State : std::uint8_t {
    Partial,        // Feed it more.
    WantsContinue,  // The same; the client waits for "100 Continue" before it sends the body.
    Complete,       // `take` the request.
    Failed,         // There is nothing to be understood behind this.
  };

  /// The answer to bytes that are no request.
  struct Failure {
    unsigned status;
    std::string_view why;
  };

  explicit RequestParser(const RequestLimits& limits);
  ~RequestParser();

  /// Reads from the front of `bytes`; returns how many are done with, the others come again in
  /// front of what arrives next. Not for a Complete or Failed parser.
  std::size_t feed(std::string_view bytes);

  State state() const { return state_; }
  const Failure& failure() const { return failure_; }

  /// How far the request has come.
  bool has_begun() const;
  bool is_header_done() const;
  std::size_t body_bytes() const;

  /// Whether the client lets the connection be used again. Of a Complete request.
  bool keep_alive() const;

  /// The request; the parser is then ready for the next.
  Request take();

 private:
  class Message;

  std::size_t put(std::string_view bytes);

  const RequestLimits limits_;
  State state_ = State::Partial;
  Failure failure_ = {};
  bool skipped_line_ = false;
  std::unique_ptr<Message> message_;
};

}  // namespace hermes::net
