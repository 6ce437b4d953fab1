#include "net/response_parser.h"

#include <cstdint>
#include <limits>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "base/strings.h"
#include "net/chunked_body.h"
#include "net/headers.h"

namespace hermes::net {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

constexpr int kMostInterim = 16;
constexpr unsigned kSwitching = 101;

std::string_view view(BeastView text) {
  return {text.data(), text.size()};
}

std::string_view explain(error_code error) {
  if (error == http::error::header_limit) return "the header of the response is too large";
  if (error == http::error::body_limit) return "the body of the response is too large";
  if (error == http::error::partial_message) return "the response ends too early";
  return "what came is no HTTP response";
}

}  // namespace

// Collects what Beast's parser finds, and counts it: Beast itself forgets the limit where a
// response has a Content-Length, and its limit of the header is of what comes at once. Chunks are
// not Beast's.
class ResponseParser::Message final : public http::basic_parser<false> {
 public:
  Message(const ResponseLimits& limits, bool to_head) : limits_(limits), chunks_(framing(limits)) {
    eager(false);  // It stops behind the header.
    skip(to_head);
    body_limit(std::numeric_limits<std::uint64_t>::max());
    header_limit(static_cast<std::uint32_t>(limits.header_bytes) + 1);
  }

  /// Up to the end of the header, or of what is there of the body.
  std::size_t read(std::string_view bytes, error_code& error) {
    if (is_header_done() && chunked()) return read_chunks(bytes, error);
    const bool was_header_done = is_header_done();
    const auto used = put({bytes.data(), bytes.size()}, error);
    if (error == http::error::need_more) error = {};
    if (error || was_header_done) return used;
    header_bytes_ += used;
    const auto begun = is_header_done() ? 0 : bytes.size() - used;
    if (header_bytes_ + begun > limits_.header_bytes) error = http::error::header_limit;
    return used;
  }

  bool is_complete() const { return is_done() || chunks_.state() == ChunkedBody::State::Complete; }

  ReceivedResponse response = {};

 private:
  static ChunkLimits framing(const ResponseLimits& limits) {
    return {.body_bytes = limits.body_bytes,
            .line_bytes = limits.header_bytes,
            .trailer_count = limits.header_count};
  }

  std::size_t read_chunks(std::string_view bytes, error_code& error) {
    const auto used = chunks_.feed(bytes, response.body);
    switch (chunks_.state()) {
      case ChunkedBody::State::Partial:
        break;
      case ChunkedBody::State::Complete:
        response.head += concat("Content-Length: ", response.body.size(), "\r\n");
        break;
      case ChunkedBody::State::Malformed:
        error = http::error::bad_chunk;
        break;
      case ChunkedBody::State::LinesTooLarge:
        error = http::error::header_limit;
        break;
      case ChunkedBody::State::BodyTooLarge:
        error = http::error::body_limit;
        break;
    }
    return used;
  }

  void on_response_impl(int status, BeastView reason, int version, error_code& error) override {
    response.status = static_cast<unsigned>(status);
    response.head = concat(version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ", status, " ", view(reason));
    response.head += "\r\n";
    if (status < 100 || status > 599) error = http::error::bad_status;
  }

  void on_field_impl(http::field field, BeastView name, BeastView value,
                     error_code& error) override {
    if (++fields_ > limits_.header_count) error = http::error::header_limit;
    if (error) return;
    if (field == http::field::transfer_encoding) {
      // What other codings there are, nobody behind us would undo.
      if (!equals_ignoring_case(view(value), "chunked")) {
        error = http::error::bad_transfer_encoding;
      }
      return;
    }
    if (field == http::field::trailer) return;
    if (!is_header_value(view(value))) error = http::error::bad_value;
    response.head.append(view(name)).append(": ").append(view(value)).append("\r\n");
  }

  void on_header_impl(error_code& error) override {
    const auto length = content_length();
    if (is_done()) return;
    if (length && *length > limits_.body_bytes) error = http::error::body_limit;
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(BeastView body, error_code& error) override {
    body_bytes_ += body.size();
    if (body_bytes_ > limits_.body_bytes) {
      error = http::error::body_limit;
      return 0;
    }
    response.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, BeastView, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView, error_code&) override { return 0; }
  void on_finish_impl(error_code&) override {}
  void on_request_impl(http::verb, BeastView, BeastView, int, error_code&) override {}

  const ResponseLimits& limits_;
  std::size_t header_bytes_ = 0;
  std::size_t fields_ = 0;
  std::uint64_t body_bytes_ = 0;  // Taken in pieces, or not.
  ChunkedBody chunks_;
};

ResponseParser::ResponseParser(const ResponseLimits& limits, bool to_head, bool in_pieces)
    : limits_(limits),
      to_head_(to_head),
      in_pieces_(in_pieces),
      message_(std::make_unique<Message>(limits_, to_head)) {}
ResponseParser::~ResponseParser() = default;

std::size_t ResponseParser::feed(std::string_view bytes) {
  std::size_t used = 0;
  if (state_ == State::Head) state_ = State::Partial;
  while (state_ == State::Partial && used < bytes.size()) {
    has_begun_ = true;
    error_code error;
    const bool was_header_done = message_->is_header_done();
    used += message_->read(bytes.substr(used), error);
    if (error) {
      is_too_large_ = error == http::error::header_limit || error == http::error::body_limit;
      fail(explain(error));
    } else if (message_->is_complete()) {
      complete();
    } else if (!message_->is_header_done()) {
      break;
    } else if (in_pieces_ && !was_header_done) {
      state_ = State::Head;
    }
  }
  return used;
}

// Unless it is an interim one, behind which another one comes.
void ResponseParser::complete() {
  const auto status = message_->response.status;
  if (status == kSwitching) return fail("the server switches to another protocol");
  if (status >= 200) {
    state_ = State::Complete;
  } else if (++interim_ > kMostInterim) {
    fail("there are too many interim responses");
  } else {
    message_ = std::make_unique<Message>(limits_, to_head_);
  }
}

void ResponseParser::end() {
  if (state_ != State::Partial && state_ != State::Head) return;
  error_code error = http::error::partial_message;
  if (message_->got_some()) message_->put_eof(error);
  if (error) return fail(explain(http::error::partial_message));
  state_ = State::Complete;
}

bool ResponseParser::keep_alive() const {
  return message_->keep_alive();
}

ReceivedResponse ResponseParser::take() {
  return std::move(message_->response);
}

std::optional<std::uint64_t> ResponseParser::size() const {
  const auto length = message_->content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

std::string ResponseParser::take_body() {
  return std::exchange(message_->response.body, {});
}

void ResponseParser::fail(std::string_view why) {
  state_ = State::Failed;
  failure_ = why;
}

}  // namespace hermes::net
