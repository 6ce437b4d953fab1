#include "net/connection.h"

#include <utility>

namespace hermes::net {
namespace {

using boost::system::error_code;

constexpr std::size_t kLingeringInput = std::size_t{4} << 10;

}  // namespace

Connection::Connection(Parts parts)
    : input_(std::move(parts.input)),
      shard_(std::move(parts.shard)),
      socket_(std::move(parts.socket)),
      transport_(std::move(parts.transport)),
      peer_(std::move(parts.peer)),
      timer_(socket_.get_executor()) {}

void Connection::close() {
  if (is_closed_) return;
  is_closed_ = true;
  transport_.end();
  error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
  shard_->remove(*this);
  on_close();
}

Connection::Parts Connection::release() {
  is_closed_ = true;
  timer_.cancel();
  return {shard_, std::move(socket_), std::move(transport_), std::move(peer_), std::move(input_)};
}

// ---- In.

void Connection::read(std::size_t capacity) {
  if (is_reading_ || has_ended_ || is_closed_) return;
  capacity_ = capacity;
  is_reading_ = true;
  if (transport_.has_pending()) {
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->on_readable(); });
  } else {
    wait_to_read();
  }
}

void Connection::wait_to_read() {
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](error_code error) {
    if (!error) self->on_readable();
  });
}

void Connection::on_readable() {
  if (is_closed_) return;
  const auto room = input_.prepare(capacity_);
  const auto moved = transport_.read(room);
  switch (moved.status) {
    case Transport::Status::Blocked:
      return wait_to_read();
    case Transport::Status::BlockedOther:
      return socket_.async_wait(Socket::wait_write, [self = shared_from_this()](error_code error) {
        if (!error) self->on_readable();
      });
    case Transport::Status::Failed:
      return close();
    case Transport::Status::Ended:
      has_ended_ = true;
      break;
    case Transport::Status::Done:
      input_.commit(moved.count);
      break;
  }
  is_reading_ = false;
  if (!is_lingering_) return on_input();
  if (has_ended_) return close();
  input_.consume(input_.bytes().size());
  read(kLingeringInput);
}

void Connection::watch() {
  if (is_watching_ || is_reading_ || is_closed_) return;
  is_watching_ = true;
  socket_.async_wait(Socket::wait_error, [self = shared_from_this()](error_code) {
    self->is_watching_ = false;
    if (!self->is_closed_ && !self->is_reading_) self->close();
  });
}

// ---- Out.

bool Connection::flush() {
  if (is_blocked_ || is_closed_) return false;
  switch (outbox_.send_to(transport_)) {
    case Outbox::Sent::All:
      return true;
    case Outbox::Sent::Failed:
      close();
      return false;
    case Outbox::Sent::Blocked:
      break;
  }
  is_blocked_ = true;
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](error_code error) {
    self->is_blocked_ = false;
    if (self->is_closed_) return;
    if (error) return self->close();
    self->on_room();
  });
  return false;
}

void Connection::linger() {
  if (is_closed_ || is_lingering_) return;
  is_lingering_ = true;
  transport_.end();
  error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error || has_ended_) return close();
  input_.consume(input_.bytes().size());
  set_deadline(options().close_timeout);
  read(kLingeringInput);
}

// ---- Time: a deadline is moved often and passed seldom, so the timer is not moved with it.

void Connection::set_deadline(std::chrono::nanoseconds from_now) {
  deadline_ = std::chrono::steady_clock::now() + from_now;
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
  if (is_closed_) return;
  armed_ = Instant::max();
  if (deadline_ > std::chrono::steady_clock::now()) {
    if (deadline_ != Instant::max()) arm(deadline_);
    return;
  }
  deadline_ = Instant::max();
  if (is_lingering_) return close();
  on_deadline();
}

}  // namespace hermes::net
