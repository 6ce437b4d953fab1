#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hermes::net {

struct ResponseLimits {
  std::size_t body_bytes = std::size_t{8} << 20;
  std::size_t header_bytes = std::size_t{64} << 10;  // With the status line. Also of the trailer.
  std::size_t header_count = 256;
};

/// A response as it came, but for its chunks: they are joined, and the header says their length in
/// place of Transfer-Encoding.
struct ReceivedResponse {
  unsigned status = 0;
  std::string head;  // Status line and header; each line ends with CRLF, and there is no empty one.
  std::string body;

  /// All of it.
  std::string text() const { return head + "\r\n" + body; }
};

/// Turns the bytes that answer one request into its response. Interim ones are skipped.
class ResponseParser {
 public:
  enum class State : std::uint8_t {
    Partial,  // Feed it more.
    Head,     // Where the body is taken in pieces: there is one. Take the head, then feed it more.
    Complete,
    Failed,
  };

  /// `to_head`: the request was HEAD, so there is no body. `in_pieces`: what has come of the body
  /// is taken each time; the limit is of all of it.
  ResponseParser(const ResponseLimits& limits, bool to_head, bool in_pieces = false);
  ~ResponseParser();

  /// Reads from the front of `bytes`; returns how many are done with, the others come again in
  /// front of what arrives next. Only for a parser that is Partial, or at the Head.
  std::size_t feed(std::string_view bytes);

  /// The peer sends nothing more.
  void end();

  State state() const { return state_; }
  std::string_view failure() const { return failure_; }
  bool is_too_large() const { return is_too_large_; }

  /// Whether a byte has arrived.
  bool has_begun() const { return has_begun_; }

  /// Whether the connection can be used again. Of a Complete response.
  bool keep_alive() const;

  /// Of a Complete response; or of one at its Head, without the body.
  ReceivedResponse take();

  /// At the Head or after a HEAD: how large the body is, where it is said. Before `take`.
  std::optional<std::uint64_t> size() const;

  /// What has come of the body since the last time.
  std::string take_body();

 private:
  class Message;

  void complete();
  void fail(std::string_view why);

  const ResponseLimits limits_;
  const bool to_head_;
  const bool in_pieces_;
  State state_ = State::Partial;
  std::string_view failure_;
  bool is_too_large_ = false;
  bool has_begun_ = false;
  int interim_ = 0;
  std::unique_ptr<Message> message_;
};

}  // namespace hermes::net
