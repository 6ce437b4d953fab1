#include "net/response_parser.h"

#include <utility>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "base/strings.h"
#include "net/headers.h"

namespace hermes::net {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

constexpr int kMostInterim = 16;
constexpr unsigned kSwitching = 101;
constexpr unsigned kNoContent = 204;
constexpr unsigned kNotModified = 304;

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
// response has a Content-Length.
class ResponseParser::Message final : public http::basic_parser<false> {
 public:
  Message(const ResponseLimits& limits, bool to_head) : limits_(limits), has_body_(!to_head) {
    eager(true);
    skip(to_head);
    body_limit(limits.body_bytes);
    header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  }

  ReceivedResponse response = {};

 private:
  void on_response_impl(int status, BeastView reason, int version, error_code& error) override {
    response.status = static_cast<unsigned>(status);
    response.head = concat(version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ", status, " ", view(reason));
    response.head += "\r\n";
    if (status < 100 || status > 599) error = http::error::bad_status;
    if (response.status == kNoContent || response.status == kNotModified) has_body_ = false;
  }

  void on_field_impl(http::field field, BeastView name, BeastView value,
                     error_code& error) override {
    if (++fields_ > limits_.header_count) error = http::error::header_limit;
    if (is_header_done() || error) return;  // A trailer is counted and left out.
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
    if (length && *length > limits_.body_bytes && !is_done()) error = http::error::body_limit;
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(BeastView body, error_code& error) override {
    if (response.body.size() + body.size() > limits_.body_bytes) {
      error = http::error::body_limit;
      return 0;
    }
    response.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, BeastView, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView body, error_code& error) override {
    return on_body_impl(body, error);
  }
  void on_finish_impl(error_code&) override {
    if (chunked() && has_body_) {
      response.head += concat("Content-Length: ", response.body.size(), "\r\n");
    }
  }
  void on_request_impl(http::verb, BeastView, BeastView, int, error_code&) override {}

  const ResponseLimits& limits_;
  bool has_body_;  // Which the status too may say.
  std::size_t fields_ = 0;
};

ResponseParser::ResponseParser(const ResponseLimits& limits, bool to_head)
    : limits_(limits), to_head_(to_head), message_(std::make_unique<Message>(limits_, to_head)) {}
ResponseParser::~ResponseParser() = default;

std::size_t ResponseParser::feed(std::string_view bytes) {
  std::size_t used = 0;
  while (state_ == State::Partial && used < bytes.size()) {
    has_begun_ = true;
    error_code error;
    const auto rest = bytes.substr(used);
    const auto step = message_->put({rest.data(), rest.size()}, error);
    used += step;
    if (error && error != http::error::need_more) {
      is_too_large_ = error == http::error::header_limit || error == http::error::body_limit;
      fail(explain(error));
    } else if (!message_->is_done()) {
      if (bytes.size() - used > limits_.header_bytes) fail(explain(http::error::header_limit));
      break;
    } else if (message_->response.status == kSwitching) {
      fail("the server switches to another protocol");
    } else if (message_->response.status >= 200) {
      state_ = State::Complete;
    } else if (++interim_ > kMostInterim) {
      fail("there are too many interim responses");
    } else {
      message_ = std::make_unique<Message>(limits_, to_head_);
    }
  }
  return used;
}

void ResponseParser::end() {
  if (state_ != State::Partial) return;
  error_code error = http::error::partial_message;
  if (message_->got_some()) message_->put_eof(error);
  if (error || !message_->is_done()) return fail(explain(http::error::partial_message));
  state_ = State::Complete;
}

bool ResponseParser::keep_alive() const {
  return message_->keep_alive();
}

ReceivedResponse ResponseParser::take() {
  return std::move(message_->response);
}

void ResponseParser::fail(std::string_view why) {
  state_ = State::Failed;
  failure_ = why;
}

}  // namespace hermes::net
