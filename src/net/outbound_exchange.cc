#include "net/outbound_exchange.h"

#include <algorithm>
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
constexpr auto kTryNext = std::chrono::seconds(3);  // When one of several addresses is silent.

std::string why_denied(std::string_view host, const io::Resolver::Addresses& addresses) {
  std::string all;
  for (const auto& address : addresses) all += concat(all.empty() ? "" : ", ", address.to_string());
  return concat("host '", host, "' has the address ", all,
                ": none is public or among the app's permissions");
}

}  // namespace

OutboundExchange::OutboundExchange(std::shared_ptr<OutboundShard> shard, OutboundRequest request,
                                   OutboundCallbacks callbacks,
                                   std::shared_ptr<OutboundShare> share)
    : shard_(std::move(shard)),
      request_(std::move(request)),
      callbacks_(std::move(callbacks)),
      share_(std::move(share)),
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
  if (const auto error = connection_->start_tls(*shard_->context().tls, request_.to.host)) {
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
  parser_ = std::make_unique<ResponseParser>(ResponseLimits{.body_bytes = options.response_bytes},
                                             request_.is_head);
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
  if (phase_ == Phase::Reading) read();
}

void OutboundExchange::read() {
  connection_->read(input_.prepare(kInput),
                    on_connection([](OutboundExchange& self, error_code error, std::size_t count) {
                      self.on_read(error, count);
                    }));
}

void OutboundExchange::on_read(error_code error, std::size_t count) {
  using State = ResponseParser::State;
  if (error == boost::asio::error::eof) {
    if (!parser_->has_begun()) return lost(Kind::NotAnswered, "the server closed the connection");
    parser_->end();
  } else if (error) {
    return lost(Kind::NotAnswered, error.message());
  }
  if (!share_->add(count, shard_->context().options.app_bytes)) {
    return fail(Kind::ResponseTooLarge, "the app has too much under way");
  }
  input_.commit(count);
  if (count != 0) input_.consume(parser_->feed(input_.bytes()));
  if (parser_->state() == State::Partial) return read();
  if (parser_->state() == State::Complete) return complete(!error && input_.empty());
  if (parser_->is_too_large()) {
    return fail(Kind::ResponseTooLarge, std::string(parser_->failure()));
  }
  fail(error ? Kind::NotAnswered : Kind::ResponseInvalid, std::string(parser_->failure()));
}

// A connection that was kept may have been closed by the server before it saw the request.
void OutboundExchange::lost(Kind kind, std::string_view why) {
  if (!is_reused_ || parser_->has_begun()) return fail(kind, std::string(why));
  connection_->close();
  resolve();
}

void OutboundExchange::complete(bool is_reusable) {
  if (is_reusable && request_.keeps_open && parser_->keep_alive()) {
    shard_->keep(request_.app, request_.to, std::exchange(connection_, nullptr));
  }
  auto response = parser_->take();
  end();
  callbacks_.on_response(OutboundResponse{std::move(response), share_});
  callbacks_ = {};
}

void OutboundExchange::fail(Kind kind, std::string message) {
  if (phase_ == Phase::Ended) return;
  end();
  OutboundFailure failure{kind, std::move(message), is_sent_ ? share_ : nullptr};
  is_sent_ ? callbacks_.on_response(Unexpected(std::move(failure)))
           : callbacks_.on_sent(Unexpected(std::move(failure)));
  callbacks_ = {};
}

// The shard may have held the last owner but the caller.
void OutboundExchange::end() {
  phase_ = Phase::Ended;
  timer_.cancel();
  if (connection_) connection_->close();
  connection_.reset();
  shard_->remove(shared_from_this());
}

// ---- Time.

void OutboundExchange::set_deadline(std::chrono::nanoseconds duration) {
  deadline_ = std::chrono::steady_clock::now() + duration;
  arm(deadline_);
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
    case Phase::Ended:
      return;
  }
}

}  // namespace hermes::net
