#include "net/http1_connection.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "net/http2_connection.h"
#include "net/http_server.h"

namespace hermes::net {
namespace {

constexpr std::size_t kIdleInput = std::size_t{4} << 10;
constexpr std::size_t kBodyInput = std::size_t{64} << 10;
constexpr std::size_t kPiece = std::size_t{64} << 10;      // Of a body, to be read at once.
constexpr std::size_t kBodyStep = std::size_t{64} << 10;   // Of a body, for each body_timeout.
constexpr std::size_t kMostAhead = std::size_t{16} << 10;  // Of input while a request is handled.
constexpr std::size_t kMostHeld = std::size_t{16} << 10;   // Of a body, until its header is sent.

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

constexpr const char* kGone = "the client has gone away";
constexpr const char* kAnswered = "the request has been answered";

void append_chunk_size(std::string& out, std::size_t size) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), size, 16).ptr;
  out.append(digits.begin(), end).append("\r\n");
}

}  // namespace

Http1Connection::Http1Connection(Parts parts)
    : Connection(std::move(parts)), parser_(options().limits) {}

std::shared_ptr<ServerStream> Http1Connection::stream() {
  return {shared_from_this(), this};
}

// What is asked for an exchange that is over does nothing.
template <typename F>
void Http1Connection::perform_for(Exchange exchange, F f) {
  perform([this, exchange, f = std::move(f)]() mutable {
    if (is_handling_ && exchange_ == exchange && !is_closed()) f();
  });
}

// Not within the call that is running, which is one of the reactor's thread.
template <typename Then, typename Value>
void Http1Connection::later(Then then, Value value) {
  boost::asio::post(shard().reactor().context(),
                    [self = shared_from_this(), then = std::move(then),
                     value = std::move(value)]() mutable { then(std::move(value)); });
}

void Http1Connection::start() {
  if (is_quiet()) return close();
  advance();
}

void Http1Connection::refuse() {
  if (transport().is_secure()) return close();
  fail(503, "there are too many connections");
  advance();
}

void Http1Connection::quiesce() {
  if (is_handling_) return;
  if (is_blocked() || !outbox_.empty() || is_closing_ || is_closed()) return;
  if (!parser_.has_begun() && input_.empty()) return close();
  fail(503, "the server is stopping");
  advance();
}

void Http1Connection::on_close() {
  piece_ = {};
  const Error gone(Code::Stopping, kGone);
  if (auto then = std::exchange(then_read_, nullptr))
    later(std::move(then), broken_.value_or(gone));
  if (writing_) {
    for (auto& then : writing_->then) later(std::move(then), gone);
  }
  writing_.reset();
  auto departure = std::exchange(departure_, std::stop_source(std::nostopstate));
  departure.request_stop();
}

std::stop_token Http1Connection::departure(Exchange exchange) {
  if (!is_handling_ || exchange_ != exchange) return {};
  if (!departure_.stop_possible()) departure_ = std::stop_source();
  return departure_.get_token();
}

// ---- In: bytes become a request, which is handled.

// A client of HTTP/2 says so by ALPN, or with the first bytes that it sends. Undecided, as long as
// these may become either.
std::optional<bool> Http1Connection::is_http2() const {
  if (transport().is_secure()) return transport().protocol() == "h2";
  const auto bytes = input_.bytes();
  const auto common = std::min(bytes.size(), kPreface.size());
  if (bytes.substr(0, common) != kPreface.substr(0, common)) return false;
  return common == kPreface.size() ? std::optional(true) : std::nullopt;
}

// Whether another takes the connection over, or may.
bool Http1Connection::hand_over() {
  const auto decision = is_http2();
  is_first_ = !decision && !has_ended();
  if (is_first_) {
    set_wait();
    read_more();
    return true;
  }
  if (!decision.value_or(false)) return false;
  const auto self = shared_from_this();
  auto next = std::make_shared<Http2Connection>(release());
  shard().replace(*this, *next);
  next->start();
  return true;
}

void Http1Connection::on_input() {
  if (is_first_ && hand_over()) return;
  if (is_handling_) {
    read_body();
    if (!is_handling_ || is_closed()) return;
    set_wait();
    return read_more();
  }
  if (is_blocked()) return read_more();
  advance();
}

void Http1Connection::read_more() {
  const bool has_body = is_handling_ && !parser_.is_body_done() && !broken_;
  if (has_body && !then_read_) return watch();
  const bool is_ahead = is_handling_ || is_blocked();
  if (!has_body && is_ahead && input_.bytes().size() >= kMostAhead) return watch();
  if (has_ended() && is_handling_) return watch();
  Connection::read(has_body ? kBodyInput : kIdleInput);
}

// Goes on until it has to wait: for bytes, for room in the socket, or for a response.
void Http1Connection::advance() {
  if (is_closed() || is_lingering()) return;
  bool is_more = true;
  while (is_more) {
    while (is_more && outbox_.has_room()) is_more = advance_one();
    if (!flush()) return set_wait();
    tell_writer();
  }
  if (!outbox_.empty()) return;  // A writer has written more, which is flushed in a moment.
  if (is_closing_) return linger();
  if (is_quiet() && !is_handling_) return quiesce();
  set_wait();
  read_more();
}

// Whether there may be another request in the input.
bool Http1Connection::advance_one() {
  if (is_handling_ || is_closing_ || is_quiet()) return false;
  auto state = RequestParser::State::Partial;
  if (!input_.empty()) {
    input_.consume(parser_.feed(input_.bytes()));
    state = parser_.state();
  }
  switch (state) {
    case RequestParser::State::Head:
      handle();
      return true;
    case RequestParser::State::Failed:
      is_closing_ = true;
      if (parser_.failure().status == 0) return false;
      fail(parser_.failure().status, parser_.failure().why);
      return false;
    case RequestParser::State::Complete:
    case RequestParser::State::Partial:
      if (has_ended() && parser_.has_begun()) fail(400, "the request ends too early");
      is_closing_ |= has_ended();
      return false;
  }
  return false;
}

void Http1Connection::handle() {
  is_handling_ = true;
  ++exchange_;
  keep_alive_ = parser_.keep_alive();
  auto request = parser_.take();
  request.peer = peer();
  request.is_secure = transport().is_secure();
  version_ = request.version;
  is_head_ = request.method == "HEAD";
  if (!request.is_whole) {
    is_continue_due_ = parser_.wants_continue() && input_.empty();
    const auto there = input_.bytes().size();
    if (request.length && *request.length <= there) {  // It came along.
      input_.consume(parser_.feed_body(input_.bytes(), request.body));
      request.is_whole = true;
    }
  }
  is_in_handler_ = true;
  shard().server().handler.handle(std::move(request), Responder(stream(), exchange_));
  is_in_handler_ = false;
}

void Http1Connection::want_body() {
  if (!std::exchange(is_continue_due_, false)) return;
  if (writing_ && !writing_->head) return;  // The final status is out: there is no 100 behind it.
  outbox_.text().append("HTTP/1.1 100 Continue\r\n\r\n");
  if (!is_in_handler_) schedule_flush();
}

// Takes what is in the input, as far as somebody wants it.
void Http1Connection::read_body() {
  if (parser_.is_body_done() || broken_) return;
  if (!then_read_ || piece_.size() >= kPiece) return;
  const auto before = piece_.size();
  if (!input_.empty()) input_.consume(parser_.feed_body(input_.bytes(), piece_));
  body_read_ += piece_.size() - before;
  if (parser_.state() == RequestParser::State::Failed) {
    return break_body(Code::InvalidArgument, parser_.failure().why);
  }
  if (!parser_.is_body_done() && has_ended()) {
    return break_body(Code::InvalidArgument, "the request ends too early");
  }
  if (!is_in_handler_) take_piece();
}

// There will be no more of the body, as its reader hears.
void Http1Connection::break_body(Code code, std::string_view why) {
  keep_alive_ = false;
  broken_ = Error(code, std::string(why));
  if (then_read_) schedule_piece();
}

void Http1Connection::read(Exchange exchange, BodyReader::Then then) {
  perform([this, exchange, then = std::move(then)]() mutable {
    if (!is_handling_ || exchange_ != exchange || is_closed()) {
      const bool is_gone = exchange_ == exchange && is_closed();
      return later(std::move(then), Error(Code::Stopping, is_gone ? kGone : kAnswered));
    }
    then_read_ = std::move(then);
    want_body();
    schedule_piece();
  });
}

void Http1Connection::schedule_piece() {
  if (std::exchange(is_piece_scheduled_, true)) return;
  post([this] {
    is_piece_scheduled_ = false;
    if (is_closed() || !is_handling_ || !then_read_) return;
    read_body();
    if (is_closed() || !is_handling_) return;
    take_piece();
    if (is_closed() || !is_handling_) return;
    set_wait();
    read_more();
  });
}

// Hands the reader what there is, if it waits for something and there is something to say.
void Http1Connection::take_piece() {
  if (!then_read_) return;
  const bool is_end = parser_.is_body_done();
  if (piece_.empty() && !is_end && !broken_) return;
  auto then = std::exchange(then_read_, nullptr);
  if (piece_.empty() && broken_) return then(*broken_);
  then(std::exchange(piece_, {}));
}

// The connection ends with the response then, as `finish` finds.
void Http1Connection::drop_body(Exchange) {}

// ---- Out: a response becomes bytes.

void Http1Connection::respond(Exchange exchange, Response response) {
  perform_for(exchange, [this, response = std::move(response)]() mutable {
    if (writing_) return;
    write_whole(std::move(response));
    finish();
    if (!is_in_handler_) advance();
  });
}

void Http1Connection::begin(Exchange exchange, Response head, std::optional<std::uint64_t> size) {
  perform_for(exchange, [this, head = std::move(head), size]() mutable {
    if (writing_) return;
    head.body = std::string();
    const bool has_no_body = is_head_ || net::has_no_body(head.status);
    writing_ = Writing{.left = size, .has_no_body = has_no_body};
    writing_->head = std::move(head);
    schedule_flush();
  });
}

void Http1Connection::write(Exchange exchange, std::string bytes, BodyWriter::Then then) {
  perform([this, exchange, bytes = std::move(bytes), then = std::move(then)]() mutable {
    if (!is_handling_ || exchange_ != exchange || is_closed() || !writing_) {
      return later(std::move(then), Error(Code::Stopping, kGone));
    }
    writing_->then.push_back(std::move(then));
    if (writing_->left && bytes.size() > *writing_->left && !writing_->has_no_body) return close();
    if (!writing_->has_no_body) {
      if (writing_->left) *writing_->left -= bytes.size();
      send_piece(std::move(bytes));
    }
    schedule_flush();
  });
}

void Http1Connection::send_piece(std::string bytes) {
  if (bytes.empty()) return;
  if (writing_->head) {
    auto& held = std::get<std::string>(writing_->head->body);
    if (held.size() + bytes.size() <= kMostHeld) {
      held.append(bytes);
      return;
    }
    const auto size = writing_->left;
    send_head(*writing_->head, size ? std::optional(*size + bytes.size() + held.size()) : size);
  }
  if (!writing_->is_chunked) return outbox_.add(std::move(bytes));
  std::string size;
  append_chunk_size(size, bytes.size());
  outbox_.add(std::move(size));
  outbox_.add(std::move(bytes));
  outbox_.add(std::string("\r\n"));
}

// Also of the body, what was held back with it.
void Http1Connection::send_head(const Response& head, std::optional<std::uint64_t> size) {
  const bool can_chunk = version_ == 11;
  writing_->is_chunked = !size && can_chunk && !writing_->has_no_body;
  keep_alive_ = keep_alive_ && !is_quiet() && (size || can_chunk || writing_->has_no_body);
  std::string text;
  append_head(text, head,
              {.version = version_,
               .keep_alive = keep_alive_,
               .date = shard().date(),
               .is_streamed = true,
               .size = size});
  outbox_.add(std::move(text));
  auto sent = std::exchange(writing_->head, std::nullopt);
  auto& held = std::get<std::string>(sent->body);
  send_piece(std::move(held));
}

void Http1Connection::end(Exchange exchange) {
  perform_for(exchange, [this] {
    if (!writing_) return;
    if (writing_->left.value_or(0) != 0 && !writing_->has_no_body) return close();
    if (writing_->head) {
      const auto held = std::get<std::string>(writing_->head->body).size();
      // What would have been the size for a GET is not known of a HEAD.
      const bool is_known = !writing_->has_no_body || writing_->left;
      const auto size = writing_->has_no_body ? writing_->left.value_or(0) : held;
      send_head(*writing_->head, is_known ? std::optional<std::uint64_t>(size) : std::nullopt);
    }
    if (writing_->is_chunked) outbox_.add(std::string("0\r\n\r\n"));
    finish();
    schedule_flush();
  });
}

void Http1Connection::abort(Exchange exchange) {
  perform_for(exchange, [this] {
    if (writing_) close();
  });
}

// Sends what has been written in this turn of the reactor.
void Http1Connection::schedule_flush() {
  if (std::exchange(is_flush_scheduled_, true)) return;
  post([this] {
    is_flush_scheduled_ = false;
    if (is_closed()) return;
    if (writing_ && writing_->head) {
      const auto held = std::get<std::string>(writing_->head->body).size();
      const auto& left = writing_->left;
      send_head(*writing_->head, left ? std::optional(*left + held) : left);
    }
    advance();
  });
}

// Everything is sent: there is room for more.
void Http1Connection::tell_writer() {
  if (!writing_ || writing_->then.empty()) return;
  for (auto& then : std::exchange(writing_->then, {})) then({});
}

// The response is complete: what comes next is the next request, if the body of this one has come.
void Http1Connection::finish() {
  if (!parser_.is_body_done() && !broken_ && !is_continue_due_) {
    std::string unread;
    if (!input_.empty()) input_.consume(parser_.feed_body(input_.bytes(), unread));
  }
  is_closing_ = !keep_alive_ || !parser_.is_body_done();
  is_handling_ = false;
  is_continue_due_ = false;
  broken_.reset();
  piece_ = {};
  body_read_ = 0;
  body_at_deadline_ = 0;
  departure_ = std::stop_source(std::nostopstate);
  auto writing = std::exchange(writing_, std::nullopt);
  auto then_read = std::exchange(then_read_, nullptr);
  if (parser_.is_body_done()) parser_.next();
  if (then_read) later(std::move(then_read), Error(Code::Stopping, kAnswered));
  if (!writing) return;
  for (auto& then : writing->then) later(std::move(then), Result<>());
}

void Http1Connection::write_whole(Response response) {
  keep_alive_ = keep_alive_ && !is_quiet();
  if (keep_alive_ && !parser_.is_body_done() && !is_continue_due_ && !broken_) {
    std::string unread;  // What is there of a body that nobody wanted.
    if (!input_.empty()) input_.consume(parser_.feed_body(input_.bytes(), unread));
  }
  if (parser_.is_header_done()) keep_alive_ = keep_alive_ && parser_.is_body_done();
  append_head(outbox_.text(), response,
              {.version = version_, .keep_alive = keep_alive_, .date = shard().date()});
  if (is_head_ || net::has_no_body(response.status)) return;
  outbox_.add(std::move(response.body));
}

// Answers what could not become a request.
void Http1Connection::fail(unsigned status, std::string_view why) {
  version_ = 11;
  is_head_ = false;
  keep_alive_ = false;
  auto response = Response::text(status, why);
  if (status == 503) response.headers.add("retry-after", "1");
  auto request = parser_.take_unfinished();
  request.peer = peer();
  request.is_secure = transport().is_secure();
  shard().server().handler.refused(request, response);
  write_whole(std::move(response));
  is_closing_ = true;
}

void Http1Connection::on_room() {
  wait_ = Wait::Nothing;
  advance();
}

// ---- Time.

void Http1Connection::set_wait() {
  if (is_closed() || is_lingering()) return;
  if (is_blocked()) {
    if (wait_ != Wait::Write) wait_for(Wait::Write);
    return;
  }
  const bool has_begun = parser_.has_begun() || !input_.empty();
  if (!is_handling_) {
    if (!has_begun && transport().is_ready()) return wait_for(Wait::Request);
    if (wait_ != Wait::Header) wait_for(Wait::Header);
    return;
  }
  if (!then_read_ || parser_.is_body_done()) return wait_for(Wait::Nothing);
  if (wait_ == Wait::Body && body_read_ < body_at_deadline_ + kBodyStep) return;
  body_at_deadline_ = body_read_;
  wait_for(Wait::Body);
}

void Http1Connection::wait_for(Wait wait) {
  wait_ = wait;
  switch (wait) {
    case Wait::Nothing:
      return clear_deadline();
    case Wait::Request:
      return Connection::set_deadline(options().idle_timeout);
    case Wait::Header:
      return Connection::set_deadline(options().header_timeout);
    case Wait::Body:
      return Connection::set_deadline(options().body_timeout);
    case Wait::Write:
      return Connection::set_deadline(options().write_timeout);
  }
}

void Http1Connection::on_deadline() {
  if (wait_ == Wait::Header && transport().is_ready()) {
    fail(408, "the header took too long");
    return advance();
  }
  if (wait_ == Wait::Body) return break_body(Code::TimedOut, "the body took too long");
  close();
}

}  // namespace hermes::net
