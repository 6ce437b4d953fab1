#include "net/outbound_exchange.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "base/strings.h"

namespace hermes::net {
namespace {

using boost::system::error_code;

constexpr std::size_t kInput = std::size_t{16} << 10;
constexpr std::size_t kPiece = std::size_t{64} << 10;  // Of a body that is taken in pieces.
constexpr auto kTryNext = std::chrono::seconds(3);     // When one of several addresses is silent.

std::string why_denied(std::string_view host, const io::Resolver::Addresses& addresses) {
  std::string all;
  for (const auto& address : addresses) all += concat(all.empty() ? "" : ", ", address.to_string());
  return concat("host '", host, "' has the address ", all,
                ": none is public or among the app's permissions");
}

void append_chunk(std::string& out, std::string_view bytes) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), bytes.size(), 16).ptr;
  out.append(digits.begin(), end).append("\r\n").append(bytes).append("\r\n");
}

}  // namespace

OutboundExchange::OutboundExchange(std::shared_ptr<OutboundShard> shard, OutboundRequest request,
                                   OutboundCallbacks callbacks,
                                   std::shared_ptr<OutboundShare> share)
    : shard_(std::move(shard)),
      request_(std::move(request)),
      callbacks_(std::move(callbacks)),
      share_(std::move(share)),
      is_streamed_(bool(callbacks_.on_stream)),
      timer_(shard_->reactor().context()) {}

void OutboundExchange::start() {
  boost::asio::post(shard_->reactor().context(), [self = shared_from_this()] { self->begin(); });
}

void OutboundExchange::cancel() {
  boost::asio::post(shard_->reactor().context(), [self = shared_from_this()] { self->abort(); });
}

void OutboundExchange::abort() {
  fail(Kind::Stopping, "the request was cancelled");
}

void OutboundExchange::begin() {
  if (phase_ == Phase::Ended) return;
  if (shard_->context().is_stopped) return abort();
  shard_->add(shared_from_this());
  // To a connection that the server is about to close, only what can be repeated is written.
  if (request_.is_repeatable) connection_ = shard_->take(request_);
  is_reused_ = connection_ != nullptr;
  is_reused_ ? write() : resolve();
}

// ---- To an address.

void OutboundExchange::resolve() {
  phase_ = Phase::Connecting;
  connection_.reset();
  is_reused_ = false;
  set_deadline(shard_->context().options.connect_timeout);
  const auto& host = request_.to.host;
  if (host.address) return connect_to({*host.address});
  auto& resolver = *shard_->context().resolver;
  if (auto known = resolver.find(host.name)) return connect_to(*std::move(known));
  resolver.resolve(request_.app, host.name, [weak = weak_from_this()](auto found) {
    const auto self = weak.lock();
    if (!self) return;
    boost::asio::post(self->shard_->reactor().context(), [weak, found = std::move(found)] {
      if (const auto exchange = weak.lock()) exchange->resolved(found);
    });
  });
}

void OutboundExchange::resolved(Result<io::Resolver::Addresses> addresses) {
  if (phase_ != Phase::Connecting) return;
  if (!addresses) return fail(Kind::NoName, addresses.error().message());
  connect_to(*std::move(addresses));
}

void OutboundExchange::connect_to(io::Resolver::Addresses addresses) {
  addresses_.clear();
  for (const auto& address : addresses) {
    if (request_.hosts->may_connect(address, request_.to.port)) {
      addresses_.push_back(unmapped(address));
    }
  }
  if (addresses_.empty())
    return fail(Kind::AddressDenied, why_denied(request_.to.host.name, addresses));
  connect_next({});
}

void OutboundExchange::connect_next(std::string_view why) {
  if (addresses_.empty()) return fail(Kind::NotConnected, std::string(why));
  const auto address = addresses_.front();
  addresses_.pop_front();
  if (connection_) connection_->close();
  connection_ = std::make_shared<OutboundConnection>(shard_->reactor().context());
  arm(addresses_.empty() ? deadline_
                         : std::min(deadline_, std::chrono::steady_clock::now() + kTryNext));
  connection_->connect(address, request_.to.port,
                       on_connection([](OutboundExchange& self, error_code error) {
                         if (error) return self.connect_next(error.message());
                         self.connected();
                       }));
}

void OutboundExchange::connected() {
  addresses_.clear();
  arm(deadline_);
  connection_->set_no_delay();
  request_.to.tls ? handshake() : write();
}

void OutboundExchange::handshake() {
  const auto failed = [](OutboundExchange& self, error_code error) {
    const auto distrust = self.connection_->distrust();
    self.fail(Kind::NotTrusted, distrust.empty() ? concat("TLS: ", error.message())
                                                 : concat("its certificate: ", distrust));
  };
  if (const auto error =
          connection_->start_tls(shard_->context().tls->context(), request_.to.host)) {
    return failed(*this, error);
  }
  connection_->handshake(on_connection([failed](OutboundExchange& self, error_code error) {
    error ? failed(self, error) : self.write();
  }));
}

// ---- Out, and back.

void OutboundExchange::write() {
  phase_ = Phase::Writing;
  set_deadline(shard_->context().options.response_timeout);
  const auto& options = shard_->context().options;
  const auto most = is_streamed_ ? options.stream_bytes : options.response_bytes;
  parser_ = std::make_unique<ResponseParser>(ResponseLimits{.body_bytes = most}, request_.is_head,
                                             is_streamed_);
  input_ = {};
  connection_->write(request_.message, on_connection([](OutboundExchange& self, error_code error) {
                       self.written(error);
                     }));
}

void OutboundExchange::written(error_code error) {
  if (error) return lost(Kind::NotSent, error.message());
  phase_ = Phase::Reading;
  set_deadline(shard_->context().options.response_timeout);
  if (!std::exchange(is_sent_, true)) callbacks_.on_sent({});
  if (phase_ != Phase::Reading) return;
  read();
  body_ = std::move(request_.body);
  if (!body_) return;
  body_->begin([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    boost::asio::post(self->shard_->reactor().context(), [self] { self->send_body(); });
  });
  send_body();
}

// Writes what there is of the request's body, while the response may already come.
void OutboundExchange::send_body() {
  using State = OutboundSource::State;
  if (!body_ || is_writing_ || phase_ == Phase::Ended) return;
  std::string bytes;
  const auto state = body_->read(bytes);
  if (state == State::Cut) return fail(Kind::NotSent, "the body of the request broke off");
  body_bytes_ += bytes.size();
  if (body_bytes_ > shard_->context().options.stream_bytes) {
    return fail(Kind::RequestTooLarge, "the body of the request is too large");
  }
  // To the server, what is beyond the length would be another request, which nobody has checked.
  if (auto& left = request_.length) {
    const bool is_short = state == State::End && bytes.size() < *left;
    if (is_short || bytes.size() > *left) {
      return fail(Kind::NotSent, "the body of the request has another size than its head says");
    }
    *left -= bytes.size();
  }
  out_.clear();
  if (request_.is_chunked && !bytes.empty()) append_chunk(out_, bytes);
  if (!request_.is_chunked) out_ = std::move(bytes);
  if (state == State::End) {
    body_.reset();
    if (request_.is_chunked) out_ += "0\r\n\r\n";
  }
  is_writing_ = !out_.empty();
  wait_for_server();
  if (!is_writing_) return;
  connection_->write(out_, on_connection([](OutboundExchange& self, error_code error) {
                       self.body_written(error);
                     }));
}

// A server that takes no more of the body may have answered all the same.
void OutboundExchange::body_written(error_code error) {
  is_writing_ = false;
  is_cut_ = bool(error);
  if (is_cut_) body_.reset();
  wait_for_server();
  send_body();
}

// Who writes the body has the time that they have.
void OutboundExchange::wait_for_server() {
  if (phase_ != Phase::Reading && !(phase_ == Phase::Streaming && then_)) return;
  if (body_ && !is_writing_) return clear_deadline();
  set_deadline(shard_->context().options.response_timeout);
}

void OutboundExchange::read() {
  connection_->read(input_.prepare(phase_ == Phase::Streaming ? kPiece : kInput),
                    on_connection([](OutboundExchange& self, error_code error, std::size_t count) {
                      self.on_read(error, count);
                    }));
}

void OutboundExchange::on_read(error_code error, std::size_t count) {
  if (error == boost::asio::error::eof) {
    if (!parser_->has_begun()) return lost(Kind::NotAnswered, "the server closed the connection");
    parser_->end();
  } else if (error) {
    return lost(Kind::NotAnswered, error.message());
  }
  if (!is_streamed_ && !share_->add(count, shard_->context().options.app_bytes)) {
    return fail(Kind::ResponseTooLarge, "the app has too much under way");
  }
  input_.commit(count);
  advance(bool(error));
}

// Goes on with what has come, behind which the end may have.
void OutboundExchange::advance(bool has_ended) {
  feed();
  switch (parser_->state()) {
    case ResponseParser::State::Partial:
      if (!give_piece()) read();
      return;
    case ResponseParser::State::Head:
      return hand_over();
    case ResponseParser::State::Complete:
      return complete(!has_ended && input_.empty());
    case ResponseParser::State::Failed:
      break;
  }
  auto kind = has_ended ? Kind::NotAnswered : Kind::ResponseInvalid;
  if (parser_->is_too_large()) kind = Kind::ResponseTooLarge;
  fail(kind, std::string(parser_->failure()));
}

void OutboundExchange::feed() {
  const bool is_open = parser_->state() == ResponseParser::State::Partial ||
                       parser_->state() == ResponseParser::State::Head;
  if (is_open && !input_.empty()) input_.consume(parser_->feed(input_.bytes()));
}

// ---- A body in pieces.

// The head, and what came along with it of the body: if that is all, its size is known.
void OutboundExchange::hand_over() {
  OutboundStream stream;
  stream.size = parser_->size();
  stream.head = parser_->take();
  if (parser_->state() == ResponseParser::State::Head) {
    feed();
    stream.first = parser_->take_body();
    if (parser_->state() == ResponseParser::State::Complete) stream.size = stream.first.size();
  }
  auto on_stream = std::move(callbacks_.on_stream);
  callbacks_ = {};
  phase_ = Phase::Streaming;
  clear_deadline();
  if (parser_->state() == ResponseParser::State::Complete) release(input_.empty());
  stream.body = OutboundBody(shared_from_this());
  on_stream(std::move(stream));
}

void OutboundExchange::read_body(OutboundBody::Then then) {
  boost::asio::post(shard_->reactor().context(),
                    [self = shared_from_this(), then = std::move(then)]() mutable {
                      self->want_piece(std::move(then));
                    });
}

void OutboundExchange::want_piece(OutboundBody::Then then) {
  then_ = std::move(then);
  if (give_piece()) return;
  wait_for_server();
  const bool is_failed = parser_->state() == ResponseParser::State::Failed;
  input_.empty() && !is_failed ? read() : advance(false);
}

// To who waits for it, if there is something to say.
bool OutboundExchange::give_piece() {
  if (!then_) return false;
  auto piece = parser_->take_body();
  if (phase_ != Phase::Ended) {
    if (piece.empty()) return false;
    clear_deadline();
  }
  auto then = std::exchange(then_, nullptr);
  if (piece.empty() && broken_) {
    then(Unexpected(*broken_));
  } else {
    then(std::move(piece));
  }
  return true;
}

// A connection that was kept may have been closed by the server before it saw the request.
void OutboundExchange::lost(Kind kind, std::string_view why) {
  if (!is_reused_ || parser_->has_begun()) return fail(kind, std::string(why));
  connection_->close();
  resolve();
}

void OutboundExchange::complete(bool is_reusable) {
  if (is_streamed_ && phase_ == Phase::Reading) return hand_over();
  release(is_reusable);
  if (is_streamed_) {
    give_piece();
    return;
  }
  callbacks_.on_response(OutboundResponse{parser_->take(), share_});
  callbacks_ = {};
}

// The response is there. Its connection may serve the next request.
void OutboundExchange::release(bool is_reusable) {
  const bool is_sent_whole = !body_ && !is_writing_ && !is_cut_;
  if (is_reusable && is_sent_whole && request_.keeps_open && parser_->keep_alive()) {
    shard_->keep(request_.app, request_.to, std::exchange(connection_, nullptr));
  }
  end();
}

void OutboundExchange::fail(Kind kind, std::string message) {
  if (phase_ == Phase::Ended) return;
  const bool was_streaming = phase_ == Phase::Streaming;
  end();
  OutboundFailure failure{kind, std::move(message), is_sent_ ? share_ : nullptr};
  if (was_streaming) {
    failure.share = nullptr;  // This has it itself, and is kept.
    broken_ = std::move(failure);
    give_piece();
  } else if (!is_sent_) {
    callbacks_.on_sent(Unexpected(std::move(failure)));
  } else if (is_streamed_) {
    callbacks_.on_stream(Unexpected(std::move(failure)));
  } else {
    callbacks_.on_response(Unexpected(std::move(failure)));
  }
  callbacks_ = {};
}

// The shard may have held the last owner but the caller.
void OutboundExchange::end() {
  phase_ = Phase::Ended;
  timer_.cancel();
  body_.reset();
  if (connection_) connection_->close();
  connection_.reset();
  shard_->remove(shared_from_this());
  has_ended_ = true;
}

// ---- Time.

void OutboundExchange::set_deadline(std::chrono::nanoseconds duration) {
  deadline_ = std::chrono::steady_clock::now() + duration;
  arm(deadline_);
}

void OutboundExchange::clear_deadline() {
  deadline_ = Instant::max();
  timer_.cancel();
}

void OutboundExchange::arm(Instant at) {
  timer_.expires_at(at);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (self && !error) self->on_timer();
  });
}

void OutboundExchange::on_timer() {
  if (std::chrono::steady_clock::now() < deadline_) {
    if (phase_ == Phase::Connecting && !addresses_.empty()) connect_next("it took too long");
    return;
  }
  switch (phase_) {
    case Phase::Connecting:
      return fail(Kind::ConnectTimedOut, "no connection in time");
    case Phase::Writing:
      return fail(Kind::NotSent, "the request could not be written in time");
    case Phase::Reading:
      return fail(Kind::ResponseTimedOut, "no whole response in time");
    case Phase::Streaming:
      return fail(Kind::ResponseTimedOut, "nothing more of the response in time");
    case Phase::Ended:
      return;
  }
}

}  // namespace hermes::net
