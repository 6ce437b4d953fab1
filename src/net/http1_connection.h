#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "net/connection.h"
#include "net/request_parser.h"
#include "net/server_stream.h"

namespace hermes::net {

/// A client of HTTP/1.1, and the one request of it that is being read or handled. What it pipelines
/// waits.
class Http1Connection final : public Connection, public ServerStream {
 public:
  explicit Http1Connection(Parts parts);

  void start() override;
  void quiesce() override;

  /// To begin with: answers that there are too many connections, and closes.
  void refuse();

  void read(Exchange exchange, BodyReader::Then then) override;
  void drop_body(Exchange exchange) override;
  void respond(Exchange exchange, Response response) override;
  void begin(Exchange exchange, Response head, std::optional<std::uint64_t> size) override;
  void write(Exchange exchange, std::string bytes, BodyWriter::Then then) override;
  void end(Exchange exchange) override;
  void abort(Exchange exchange) override;
  std::stop_token departure(Exchange exchange) override;

 private:
  /// What the connection waits for, when it waits for the client.
  enum class Wait : std::uint8_t { Nothing, Request, Header, Body, Write };

  /// A response whose body is written in pieces.
  struct Writing {
    std::optional<Response> head = {};  // As long as it has not been sent, with the body so far.
    std::optional<std::uint64_t> left = {};  // Of the size that was said.
    bool is_chunked = false;
    bool has_no_body = false;
    std::vector<BodyWriter::Then> then = {};
  };

  std::shared_ptr<ServerStream> stream();
  template <typename F>
  void perform_for(Exchange exchange, F f);
  template <typename Then, typename Value>
  void later(Then then, Value value);

  void on_input() override;
  void on_room() override;
  void on_deadline() override;
  void on_close() override;

  std::optional<bool> is_http2() const;
  bool hand_over();
  void advance();
  bool advance_one();
  void handle();
  void read_body();
  void read_more();
  void take_piece();
  void schedule_piece();
  void break_body(Code code, std::string_view why);
  void want_body();

  void send_head(const Response& head, std::optional<std::uint64_t> size);
  void send_piece(std::string bytes);
  void schedule_flush();
  void tell_writer();
  void finish();
  void write_whole(Response response);
  void fail(unsigned status, std::string_view why);
  void set_wait();
  void wait_for(Wait wait);

  RequestParser parser_;
  std::stop_source departure_{std::nostopstate};  // Of the request that is being handled.

  Exchange exchange_ = 0;
  bool is_handling_ = false;  // There is an exchange; what is below is of it.
  bool is_in_handler_ = false;
  unsigned version_ = 11;
  bool is_head_ = false;  // Its method is HEAD.
  bool keep_alive_ = true;
  bool is_continue_due_ = false;
  std::string piece_;  // Of the body, not yet read.
  BodyReader::Then then_read_;
  bool is_piece_scheduled_ = false;
  std::optional<Error> broken_;  // What became of the body.
  std::optional<Writing> writing_;

  bool is_flush_scheduled_ = false;
  bool is_first_ = true;     // Nothing has been read yet.
  bool is_closing_ = false;  // What is in the outbox is the last.
  Wait wait_ = Wait::Nothing;
  std::size_t body_read_ = 0;
  std::size_t body_at_deadline_ = 0;
};

}  // namespace hermes::net
