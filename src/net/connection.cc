#include "net/connection.h"

#include <algorithm>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "net/shard.h"

namespace hermes::net {
namespace {

using boost::system::error_code;

constexpr std::size_t kIdleInput = std::size_t{4} << 10;
constexpr std::size_t kBodyInput = std::size_t{64} << 10;
constexpr std::size_t kBodyStep = std::size_t{64} << 10;   // Of a body, for each body_timeout.
constexpr std::size_t kMostAhead = std::size_t{16} << 10;  // Of input while a request is handled.

}  // namespace

Connection::Connection(std::shared_ptr<Shard> shard, Socket socket, std::string peer)
    : shard_(std::move(shard)),
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      parser_(shard_->server().options.limits),
      timer_(socket_.get_executor()) {}

void Connection::start(bool is_refused) {
  if (shard_->server().is_quiet) return close();
  if (is_refused) fail(503, "there are too many connections");
  advance();
}

void Connection::quiesce() {
  if (phase_ != Phase::Reading || is_blocked_ || is_closing_) return;
  if (!parser_.has_begun() && input_.empty()) return close();
  fail(503, "the server is stopping");
  advance();
}

void Connection::close() {
  if (phase_ == Phase::Closed) return;
  phase_ = Phase::Closed;
  error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
  shard_->remove(*this);
  // Last, since it calls others.
  auto departure = std::exchange(departure_, std::stop_source(std::nostopstate));
  departure.request_stop();
}

std::stop_token Connection::departure() {
  if (phase_ == Phase::Handling && !departure_.stop_possible()) departure_ = std::stop_source();
  return departure_.get_token();
}

// ---- In: bytes become a request, which is handled.

void Connection::read() {
  if (is_reading_ || has_ended_ || phase_ == Phase::Closed) return;
  const bool is_ahead = phase_ == Phase::Handling || is_blocked_;
  if (is_ahead && input_.bytes().size() >= kMostAhead) return;
  const auto room = input_.prepare(parser_.is_header_done() ? kBodyInput : kIdleInput);
  is_reading_ = true;
  socket_.async_read_some(boost::asio::buffer(room.data(), room.size()),
                          [self = shared_from_this()](error_code error, std::size_t count) {
                            self->on_read(error, count);
                          });
}

void Connection::on_read(error_code error, std::size_t count) {
  is_reading_ = false;
  if (phase_ == Phase::Closed) return;
  if (error && error != boost::asio::error::eof) return close();
  has_ended_ = error == boost::asio::error::eof;
  if (phase_ == Phase::Lingering) return has_ended_ ? close() : read();
  input_.commit(count);
  if (phase_ == Phase::Handling || is_blocked_) return read();
  advance();
}

// Goes on until it has to wait: for bytes, for room in the socket, or for a response.
void Connection::advance() {
  bool is_more = true;
  while (is_more) {
    while (is_more && outbox_.has_room()) is_more = advance_one();
    if (!flush()) return;
  }
  if (is_closing_) return linger();
  if (shard_->server().is_quiet && phase_ == Phase::Reading) return quiesce();
  set_deadline();
  read();
}

// Whether there may be another request in the input.
bool Connection::advance_one() {
  if (phase_ != Phase::Reading || is_closing_ || shard_->server().is_quiet) return false;
  auto state = RequestParser::State::Partial;
  if (!input_.empty()) {
    input_.consume(parser_.feed(input_.bytes()));
    state = parser_.state();
  }
  switch (state) {
    case RequestParser::State::Complete:
      handle();
      return true;
    case RequestParser::State::Failed:
      fail(parser_.failure().status, parser_.failure().why);
      return false;
    case RequestParser::State::WantsContinue:
      outbox_.text().append("HTTP/1.1 100 Continue\r\n\r\n");
      return false;
    case RequestParser::State::Partial:
      if (has_ended_ && parser_.has_begun()) fail(400, "the request ends too early");
      is_closing_ |= has_ended_;
      return false;
  }
  return false;
}

void Connection::handle() {
  phase_ = Phase::Handling;
  keep_alive_ = parser_.keep_alive();
  auto request = parser_.take();
  request.peer = peer_;
  version_ = request.version;
  is_head_ = request.method == "HEAD";
  is_in_handler_ = true;
  shard_->server().handler.handle(std::move(request), Responder(shared_from_this()));
  is_in_handler_ = false;
}

// ---- Out: a response becomes bytes.

void Connection::respond(Response response) {
  if (shard_->reactor().runs_here()) return finish(std::move(response));
  if (shard_->server().is_stopped) return;
  boost::asio::post(shard_->reactor().context(),
                    [self = shared_from_this(), response = std::move(response)]() mutable {
                      self->finish(std::move(response));
                    });
}

void Connection::finish(Response response) {
  if (phase_ != Phase::Handling) return;
  phase_ = Phase::Reading;
  departure_ = std::stop_source(std::nostopstate);
  keep_alive_ = keep_alive_ && !shard_->server().is_quiet;
  write(std::move(response));
  if (!is_in_handler_) advance();
}

void Connection::write(Response response) {
  append_head(outbox_.text(), response,
              {.version = version_, .keep_alive = keep_alive_, .date = shard_->date()});
  is_closing_ = !keep_alive_;
  if (is_head_ || has_no_body(response.status)) return;
  std::visit([this](auto& body) { outbox_.add(std::move(body)); }, response.body);
}

// Answers what could not become a request.
void Connection::fail(unsigned status, std::string_view why) {
  version_ = 11;
  is_head_ = false;
  keep_alive_ = false;
  auto response = Response::text(status, why);
  if (status == 503) response.headers.add("retry-after", "1");
  write(std::move(response));
}

// Whether everything is sent. If not, it goes on by itself, or the connection is closed.
bool Connection::flush() {
  if (is_blocked_) return false;
  switch (outbox_.send_to(socket_.native_handle())) {
    case Outbox::Sent::All:
      return true;
    case Outbox::Sent::Failed:
      close();
      return false;
    case Outbox::Sent::Blocked:
      break;
  }
  is_blocked_ = true;
  set_deadline();
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](error_code error) {
    self->is_blocked_ = false;
    if (self->phase_ == Phase::Closed) return;
    if (error) return self->close();
    self->wait_ = Wait::Nothing;
    self->advance();
  });
  return false;
}

// Closes once the client has read all: to close a socket with unread input resets it, and what is
// still under way to the client is lost.
void Connection::linger() {
  phase_ = Phase::Lingering;
  error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error || has_ended_) return close();
  input_.consume(input_.bytes().size());
  set_deadline();
  read();
}

// ---- Time: a deadline is moved often and passed seldom, so the timer is not moved with it.

void Connection::set_deadline() {
  if (is_blocked_) return wait_for(Wait::Write);
  if (phase_ == Phase::Handling) return wait_for(Wait::Nothing);
  if (phase_ == Phase::Lingering) return wait_for(Wait::Close);
  if (!parser_.has_begun() && input_.empty()) return wait_for(Wait::Request);
  if (!parser_.is_header_done()) {
    if (wait_ != Wait::Header) wait_for(Wait::Header);
    return;
  }
  if (wait_ == Wait::Body && parser_.body_bytes() < body_at_deadline_ + kBodyStep) return;
  body_at_deadline_ = parser_.body_bytes();
  wait_for(Wait::Body);
}

void Connection::wait_for(Wait wait) {
  const auto& options = shard_->server().options;
  const auto until = [&]() -> std::chrono::nanoseconds {
    switch (wait) {
      case Wait::Request:
        return options.idle_timeout;
      case Wait::Header:
        return options.header_timeout;
      case Wait::Body:
        return options.body_timeout;
      case Wait::Write:
        return options.write_timeout;
      case Wait::Close:
        return options.close_timeout;
      case Wait::Nothing:
        break;
    }
    return {};
  };
  wait_ = wait;
  deadline_ = wait == Wait::Nothing ? Instant::max() : std::chrono::steady_clock::now() + until();
  if (deadline_ < armed_) arm(deadline_);
}

void Connection::arm(Instant at) {
  armed_ = at;
  timer_.expires_at(at);
  timer_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->on_timer();
  });
}

void Connection::on_timer() {
  if (phase_ == Phase::Closed) return;
  armed_ = Instant::max();
  if (deadline_ <= std::chrono::steady_clock::now()) return on_deadline();
  if (deadline_ != Instant::max()) arm(deadline_);
}

void Connection::on_deadline() {
  deadline_ = Instant::max();
  if (wait_ != Wait::Header && wait_ != Wait::Body) return close();
  fail(408, wait_ == Wait::Header ? "the header took too long" : "the body took too long");
  advance();
}

}  // namespace hermes::net
