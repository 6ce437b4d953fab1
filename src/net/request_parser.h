#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "net/request.h"

namespace hermes::net {

struct RequestLimits {
  std::size_t header_bytes = std::size_t{32} << 10;  // With the request line. Also of the trailer.
  std::size_t header_count = 100;
};

/// Turns the bytes of a connection into requests, one after the other: the header of each with
/// `feed`, which is then taken, and its body with `feed_body`.
///
/// Stricter than RFC 9112 has to be, so that no two readers of a message disagree on where it ends:
/// folded lines, bare LF, a second Content-Length or Host, and Transfer-Encoding other than
/// `chunked` are refused.
class RequestParser {
 public:
  enum class State : std::uint8_t {
    Partial,   // Feed it more.
    Head,      // `take` the request.
    Complete,  // The body is complete. `next` makes ready for the next request.
    Failed,    // There is nothing to be understood behind this.
  };

  /// The answer to bytes that are no request. Status 0: they are no HTTP, and get none.
  struct Failure {
    unsigned status;
    std::string_view why;
  };

  explicit RequestParser(const RequestLimits& limits);
  ~RequestParser();

  /// Reads from the front of `bytes`; returns how many are done with, the others come again in
  /// front of what arrives next. `feed` until there is a Head, then `feed_body`, which appends to
  /// `body`, until it is Complete; neither when it has Failed.
  std::size_t feed(std::string_view bytes);
  std::size_t feed_body(std::string_view bytes, std::string& body);

  State state() const { return state_; }
  const Failure& failure() const { return failure_; }

  /// Whether bytes of a request have come.
  bool has_begun() const;

  /// Whether the header has come, until `next`. Then also:
  bool is_header_done() const;
  bool is_body_done() const;
  bool wants_continue() const;  // The client waits for "100 Continue" before it sends the body.
  bool keep_alive() const;      // The client lets the connection be used again.

  /// The request, without its body.
  Request take();

  /// Without a Head: what was read of the request.
  Request take_unfinished();

  void next();

 private:
  class Message;

  std::size_t read_head(std::string_view bytes);
  void fail(const Failure& failure);
  bool has_bare_line_feed(std::string_view begun);

  const RequestLimits limits_;
  State state_ = State::Partial;
  Failure failure_ = {};
  bool skipped_line_ = false;
  std::size_t left_ = 0;  // Bytes that come again.
  std::unique_ptr<Message> message_;
};

}  // namespace hermes::net
