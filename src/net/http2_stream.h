#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "net/http2_request.h"
#include "net/server_stream.h"
#include "net/shard.h"

namespace hermes::net {

class Http2Connection;

/// One request of a client of HTTP/2, and its answer.
///
/// Owned by its connection until nghttp2 closes it, and by those who answer it.
class Http2Stream final : public ServerStream, public std::enable_shared_from_this<Http2Stream> {
 public:
  Http2Stream(std::shared_ptr<Shard> shard, Http2Connection& connection, std::int32_t id);

  void read(Exchange exchange, BodyReader::Then then) override;
  void drop_body(Exchange exchange) override;
  void respond(Exchange exchange, Response response) override;
  void begin(Exchange exchange, Response head, std::optional<std::uint64_t> size) override;
  void write(Exchange exchange, std::string bytes, BodyWriter::Then then) override;
  void end(Exchange exchange) override;
  void abort(Exchange exchange) override;
  std::stop_token departure(Exchange exchange) override;

  // For the connection. Those that may call the handler are called while nghttp2 reads.
  Http2Request& header() { return header_; }
  void on_head(bool is_whole);
  void on_data(std::string_view bytes);
  void on_end();
  void on_reset() { is_reset_ = true; }
  void on_close(bool is_complete);
  bool is_ended_by_client() const { return is_body_done_ || is_reset_; }
  /// Whether the client or this has reset it, rather than nghttp2 for what the client did.
  bool is_reset() const { return is_reset_ || is_given_up_; }

  /// Some time has passed: gives up if the client moved too little in it.
  void on_tick();

  /// Ends the connection, and tells the handler why.
  void refuse_head(unsigned status, std::string_view why);

  /// Fills `into` with what is to be sent of the body; the status is one of nghttp2's.
  ssize_t fill(std::span<std::uint8_t> into, std::uint32_t& flags);

 private:
  template <typename F>
  void perform(F f);
  template <typename Then, typename Value>
  void later(Then then, Value value);
  bool is_over() const { return is_closed_ || is_answered_; }

  void take(std::size_t count);
  void want_body();
  void schedule_piece();
  void break_body(Code code, std::string_view why);
  void send_head(const Response& head, std::optional<std::uint64_t> size, bool has_body);
  void add(ResponseBody body);
  void resume();
  void reset(std::uint32_t error);
  void finish();
  void stop_body();

  const std::shared_ptr<Shard> shard_;
  Http2Connection* const connection_;  // Lives until this is closed.
  const std::int32_t id_;
  Http2Request header_;
  std::stop_source departure_{std::nostopstate};
  bool is_head_ = false;  // The method is HEAD.
  bool is_closed_ = false;
  bool is_given_up_ = false;   // Reset by this.
  bool has_head_ = false;      // The header is whole.
  bool is_head_late_ = false;  // It was not at the last tick.

  // The request's body.
  bool is_body_done_ = false;
  bool is_reset_ = false;  // By the client.
  bool is_continue_due_ = false;
  bool is_dropped_ = false;
  bool is_piece_scheduled_ = false;
  std::string piece_;  // Not read yet, and not granted to the client anew.
  BodyReader::Then then_read_;
  std::optional<Error> broken_;

  // Since the last tick, in each direction.
  std::size_t received_ = 0;
  std::size_t sent_ = 0;
  bool was_receiving_ = false;
  bool was_sending_ = false;

  // The response.
  bool is_begun_ = false;
  bool is_answered_ = false;  // Nothing is added to the response any more.
  bool has_no_body_ = false;
  bool is_deferred_ = false;  // nghttp2 waits for more of it.
  std::optional<std::uint64_t> left_;
  std::deque<BodyPart> out_;
  std::uint64_t out_sent_ = 0;  // Of the first part.
  std::vector<BodyWriter::Then> then_written_;
};

}  // namespace hermes::net
