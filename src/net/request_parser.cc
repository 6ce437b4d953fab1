#include "net/request_parser.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "base/strings.h"
#include "net/chunked_body.h"
#include "net/target.h"

namespace hermes::net {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

std::string_view view(BeastView text) {
  return {text.data(), text.size()};
}

// The last of the three words of a request line; empty if these are no three.
std::string_view version_of(std::string_view bytes) {
  const auto words = split(bytes.substr(0, bytes.find('\r')), ' ');
  return words.size() == 3 && !words[1].empty() ? words[2] : std::string_view();
}

// "HTTP/2.0" is a version that we do not speak; all else is noise.
bool asks_for_another_version(std::string_view version) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
         version[6] == '.' && is_digit(version[7]);
}

// How far the request had come when it failed.
enum class Part : std::uint8_t { Line, Header, Body };

RequestParser::Failure explain(error_code error, Part part, std::string_view bytes) {
  if (error == http::error::bad_version) {
    const auto version = version_of(bytes);
    if (asks_for_another_version(version)) return {505, "this server speaks HTTP/1.1"};
    // A client of something else, which would take an answer for something else, too.
    const bool is_no_version = version.find('/') == std::string_view::npos;
    if (!version.empty() && is_no_version) return {0, "this is not HTTP"};
  }
  if (error == http::error::header_limit) {
    if (part == Part::Line && bytes.find('\r') == bytes.npos)
      return {414, "the target is too long"};
    return {431, "the header is too large"};
  }
  if (error == http::error::bad_content_length) return {400, "the Content-Length is not valid"};
  if (error == http::error::bad_transfer_encoding) {
    return {400, "the Transfer-Encoding is not valid"};
  }
  if (part == Part::Body) return {400, "the chunks of the body are not valid"};
  return {400, "this is not an HTTP request"};
}

}  // namespace

// Collects what Beast's parser finds, and refuses what Beast would let pass. Chunks are not
// Beast's.
class RequestParser::Message final : public http::basic_parser<true> {
 public:
  explicit Message(const RequestLimits& limits)
      : limits_(limits),
        chunks_({.line_bytes = limits.header_bytes, .trailer_count = limits.header_count}) {
    eager(false);  // It stops behind the header.
    body_limit(std::numeric_limits<std::uint64_t>::max());
    header_limit(static_cast<std::uint32_t>(limits.header_bytes) + 1);
  }

  std::size_t read_head(std::string_view bytes, error_code& error) {
    bytes_ = bytes;
    const auto used = put({bytes.data(), bytes.size()}, error);
    if (error == http::error::need_more) error = {};
    header_bytes_ += used;
    return used;
  }

  std::size_t read_body(std::string_view bytes, std::string& body, error_code& error) {
    if (!chunked()) {
      body_ = &body;
      return put({bytes.data(), bytes.size()}, error);
    }
    const auto used = chunks_.feed(bytes, body);
    if (chunks_.state() == ChunkedBody::State::LinesTooLarge) error = http::error::header_limit;
    if (chunks_.state() == ChunkedBody::State::Malformed) error = http::error::bad_chunk;
    return used;
  }

  std::size_t header_bytes() const { return header_bytes_; }
  bool is_complete() const { return is_done() || chunks_.state() == ChunkedBody::State::Complete; }
  bool wants_continue() const { return wants_continue_; }

  /// Of an error in front of those bytes.
  Failure why(error_code error, std::string_view bytes) const {
    if (failure_.status != 0) return failure_;
    return explain(error, part(), bytes.substr(0, limits_.header_bytes));
  }

  Request request = {};

 private:
  Part part() const {
    if (is_header_done()) return Part::Body;
    return request.method.empty() ? Part::Line : Part::Header;
  }

  void fail(error_code& error, unsigned status, std::string_view why) {
    failure_ = {status, why};
    error = http::error::bad_field;
  }

  bool is_folded(BeastView name, BeastView value) const {
    const auto* name_end = name.data() + name.size();
    const auto* end = bytes_.data() + bytes_.size();
    const std::less<> before;
    if (before(value.data(), name_end) || before(end, value.data())) return true;  // Beast's copy.
    return std::memchr(name_end, '\r', static_cast<std::size_t>(value.data() - name_end));
  }

  void on_request_impl(http::verb, BeastView method, BeastView target, int version,
                       error_code& error) override {
    request.method = view(method);
    request.version = static_cast<unsigned>(version);
    constexpr auto kRest = std::string_view("  HTTP/1.1\r\n").size();
    if (method.size() + target.size() + kRest > limits_.header_bytes) {
      return fail(error, 414, "the target is too long");
    }
    if (method == "CONNECT") return fail(error, 501, "CONNECT is not supported");
    const auto parts = net::parse_target(view(method), view(target));
    if (!parts) return fail(error, 400, "the request target is not valid");
    request.target = parts->path;
    if (parts->authority) set_host(*parts->authority, error);
    has_authority_ = parts->authority.has_value();
  }

  void on_field_impl(http::field field, BeastView name, BeastView value,
                     error_code& error) override {
    if (++fields_ > limits_.header_count) {
      return fail(error, 431, "the header has too many fields");
    }
    if (is_folded(name, value)) return fail(error, 400, "a header is folded over several lines");
    if (field == http::field::host && (hosts_++, !has_authority_)) set_host(view(value), error);
    if (field == http::field::content_length &&
        (++lengths_ > 1 || view(value).find(',') != std::string_view::npos)) {
      error = http::error::bad_content_length;
    }
    if (field == http::field::transfer_encoding) {
      if (request.version == 10) error = http::error::bad_transfer_encoding;
      if (!equals_ignoring_case(view(value), "chunked")) {
        fail(error, 501, "the only Transfer-Encoding is 'chunked'");
      }
    }
    // HTTP/2 may be asked for so, and may be declined so: by an answer of HTTP/1.1.
    if (field == http::field::upgrade && !equals_ignoring_case(view(value), "h2c")) {
      fail(error, 501, "no other protocol is spoken here");
    }
    if (field == http::field::expect && request.version == 11) {
      wants_continue_ = equals_ignoring_case(view(value), "100-continue");
      if (!wants_continue_) fail(error, 417, "the only expectation is '100-continue'");
    }
    if (!error) request.headers.add(view(name), view(value));
  }

  void set_host(std::string_view authority, error_code& error) {
    const auto host = host_of(authority);
    if (!host) return fail(error, 400, "the Host is not valid");
    request.host = *host;
  }

  void on_header_impl(error_code& error) override {
    if (hosts_ > 1) return fail(error, 400, "there are two Host headers");
    if (hosts_ == 0 && request.version == 11) fail(error, 400, "there is no Host header");
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(BeastView body, error_code&) override {
    body_->append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, BeastView, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView, error_code&) override { return 0; }
  void on_finish_impl(error_code&) override {}
  void on_response_impl(int, BeastView, int, error_code&) override {}

  const RequestLimits& limits_;
  Failure failure_ = {};  // Status 0 unless the error is ours.
  std::string_view bytes_ = {};
  std::string* body_ = nullptr;
  std::size_t header_bytes_ = 0;
  std::size_t fields_ = 0;
  std::size_t hosts_ = 0;
  std::size_t lengths_ = 0;
  bool has_authority_ = false;
  bool wants_continue_ = false;
  ChunkedBody chunks_;
};

RequestParser::RequestParser(const RequestLimits& limits)
    : limits_(limits), message_(std::make_unique<Message>(limits_)) {}
RequestParser::~RequestParser() = default;

std::size_t RequestParser::feed(std::string_view bytes) {
  state_ = State::Partial;
  std::size_t skipped = 0;
  if (!has_begun() && !skipped_line_) {  // Some clients end a body with a line too many.
    if (bytes == "\r") return 0;
    skipped_line_ = bytes.starts_with("\r\n");
    if (skipped_line_) skipped = 2;
  }
  return skipped + read_head(bytes.substr(skipped));
}

std::size_t RequestParser::read_head(std::string_view bytes) {
  if (bytes.empty()) return 0;
  error_code error;
  const auto used = message_->read_head(bytes, error);
  if (used > 0) left_ = 0;
  const auto begun = bytes.substr(used);
  const auto header_bytes = message_->header_bytes() + (is_header_done() ? 0 : begun.size());
  if (error) {
    fail(message_->why(error, begun));
  } else if (!is_header_done() && has_bare_line_feed(begun)) {
    fail({400, "a line ends by LF alone"});
  } else if (header_bytes > limits_.header_bytes) {
    fail(message_->why(http::error::header_limit, bytes));
  } else if (is_header_done()) {
    state_ = State::Head;
  }
  left_ = state_ == State::Partial ? begun.size() : 0;
  return used;
}

std::size_t RequestParser::feed_body(std::string_view bytes, std::string& body) {
  state_ = is_body_done() ? State::Complete : State::Partial;
  if (state_ == State::Complete || bytes.empty()) return 0;
  error_code error;
  const auto used = message_->read_body(bytes, body, error);
  if (error) {
    fail(message_->why(error, bytes.substr(used)));
  } else if (is_body_done()) {
    state_ = State::Complete;
  }
  return used;
}

void RequestParser::fail(const Failure& failure) {
  state_ = State::Failed;
  failure_ = failure;
}

// Beast waits for the end of the line. Of what came before, it has been seen that there is none.
bool RequestParser::has_bare_line_feed(std::string_view begun) {
  auto from = left_ > 0 && left_ <= begun.size() ? left_ : 0;
  while ((from = begun.find('\n', from)) != std::string_view::npos) {
    if (from == 0 || begun[from - 1] != '\r') return true;
    ++from;
  }
  return false;
}

bool RequestParser::has_begun() const {
  return message_->got_some();
}

bool RequestParser::is_header_done() const {
  return message_->is_header_done();
}

bool RequestParser::is_body_done() const {
  return message_->is_complete();
}

bool RequestParser::wants_continue() const {
  return message_->wants_continue();
}

bool RequestParser::keep_alive() const {
  return message_->keep_alive();
}

Request RequestParser::take() {
  auto request = std::move(message_->request);
  request.is_whole = is_body_done();
  if (!request.is_whole && message_->content_length()) {
    request.length = *message_->content_length();
  }
  return request;
}

Request RequestParser::take_unfinished() {
  return std::move(message_->request);
}

void RequestParser::next() {
  message_ = std::make_unique<Message>(limits_);
  state_ = State::Partial;
  skipped_line_ = false;
  left_ = 0;
}

}  // namespace hermes::net
