#include "control/session.h"

#include <poll.h>

#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "base/escape.h"
#include "base/strings.h"
#include "control/client.h"

namespace hermes::control {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kLongestRequest = std::size_t{64} << 10;
constexpr std::size_t kMostWaiting = std::size_t{1} << 20;
constexpr auto kPatience = std::chrono::seconds(10);  // For the request.

// Whether the other side has closed, and not only said that it sends nothing more.
bool has_hung_up(int socket) {
  pollfd state{.fd = socket, .events = 0, .revents = 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace

std::string error_answer(std::string_view why) {
  return concat(R"({"ok":false,"error":)", json_quote(why), "}");
}

Client& Client::operator=(Client&& other) noexcept {
  Client gone(std::move(*this));
  session_ = std::move(other.session_);
  return *this;
}

Client::~Client() {
  if (session_) end(error_answer("the engine is stopping"));
}

bool Client::send(std::string line) {
  return session_->send(std::move(line), false);
}

void Client::end(std::string line) {
  if (const auto session = std::move(session_)) session->send(std::move(line), true);
}

bool Client::is_gone() const {
  return session_->is_gone();
}

Session::Session(Socket socket, Handler& handler)
    : handler_(handler),
      executor_(socket.get_executor()),
      socket_(std::move(socket)),
      timer_(executor_) {}

void Session::start() {
  timer_->expires_after(kPatience);
  timer_->async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->close();
  });
  asio::async_read_until(*socket_, asio::dynamic_buffer(input_, kLongestRequest), '\n',
                         [self = shared_from_this()](error_code error, std::size_t size) {
                           self->on_request(error, size);
                         });
}

void Session::on_request(const error_code& error, std::size_t size) {
  timer_->cancel();
  if (error == asio::error::not_found) {
    send(error_answer("a request is one line of 64 KiB at most"), true);
    return;
  }
  if (error) return close();
  input_.resize(size - 1);
  handler_.handle(std::exchange(input_, {}), Client(shared_from_this()));
  watch();
}

// Nothing more is expected; what comes is that the client goes.
void Session::watch() {
  input_.resize(1);
  socket_->async_read_some(asio::buffer(input_),
                           [self = shared_from_this()](error_code error, std::size_t) {
                             if (!error) return self->watch();
                             if (error == asio::error::operation_aborted) return;
                             if (has_hung_up(self->socket_->native_handle())) self->close();
                           });
}

bool Session::send(std::string line, bool is_last) {
  line += '\n';
  bool begins = false;
  const bool taken = outbox_.with([&](Outbox& outbox) {
    if (outbox.is_gone || outbox.is_last) return false;
    if (!is_last && outbox.text.size() + line.size() > kMostWaiting) return false;
    outbox.text += line;
    outbox.is_last = is_last;
    begins = !std::exchange(outbox.is_writing, true);
    return true;
  });
  if (begins) asio::post(executor_, [self = shared_from_this()] { self->write(); });
  return taken;
}

void Session::write() {
  bool is_over = false;
  outbox_.with([&](Outbox& outbox) {
    sending_ = std::exchange(outbox.text, {});
    outbox.is_writing = !sending_.empty();
    is_over = sending_.empty() && outbox.is_last;
  });
  if (is_over) return close();
  if (sending_.empty() || !socket_->is_open()) return;
  asio::async_write(*socket_, asio::buffer(sending_),
                    [self = shared_from_this()](error_code error, std::size_t) {
                      if (error) return self->close();
                      self->write();
                    });
}

void Session::close() {
  outbox_.with([](Outbox& outbox) { outbox.is_gone = true; });
  error_code ignored;
  timer_->cancel();
  socket_->close(ignored);
}

bool Session::is_gone() const {
  return outbox_.with([](const Outbox& outbox) { return outbox.is_gone; });
}

void Session::abandon() {
  outbox_.with([](Outbox& outbox) { outbox.is_gone = true; });
  socket_.reset();
  timer_.reset();
}

}  // namespace hermes::control
