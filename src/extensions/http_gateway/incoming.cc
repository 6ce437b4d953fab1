#include "extensions/http_gateway/incoming.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "base/strings.h"
#include "extensions/http_gateway/messages.h"

namespace hermes::http_gateway {
namespace {

using runtime::EventOutcome;
using wasm::IncomingRequest;
using State = wasm::HttpBody::State;

constexpr std::size_t kMostAhead = std::size_t{64} << 10;  // Of a request, before the guest reads.
constexpr std::size_t kPiece = std::size_t{64} << 10;      // Of a response, at a time.

}  // namespace

// Called by the guest's end of the body. It does not keep the exchange, which keeps the body.
class Incoming::Awakener final : public wasm::Waker {
 public:
  explicit Awakener(std::weak_ptr<Incoming> incoming) : incoming_(std::move(incoming)) {}
  void wake() noexcept override {
    if (const auto incoming = incoming_.lock()) incoming->send_soon();
  }

 private:
  const std::weak_ptr<Incoming> incoming_;
};

Incoming::Incoming(std::shared_ptr<Exchange> exchange, runtime::ModuleId module)
    : exchange_(std::move(exchange)),
      module_(std::move(module)),
      is_head_(exchange_->request().method == "HEAD") {
  if (exchange_->request().is_whole) return;
  inlet_.emplace();
  reader_ = exchange_->take_body();
}

void Incoming::start() {
  awakener_ = std::make_shared<Awakener>(weak_from_this());
  on_departure_.emplace(exchange_->departure(), Leave{*this});
  const auto posted = post();
  if (posted) return;
  const auto code = posted.error().code();
  const bool is_stopping = code == Code::Stopping || code == Code::NotFound;
  sending_.with([&](Sending& sending) {
    refuse(sending, 503, is_stopping ? "the application is stopping" : "the application is busy");
  });
}

// Under the lock, so that the client's departure meets the ticket or keeps the event from being
// posted.
Result<> Incoming::post() {
  return posted_.with([&](Posted& posted) -> Result<> {
    if (posted.is_over) return {};
    const auto self = shared_from_this();
    posted.ticket = TRY(exchange_->needs().events.post(
        IncomingRequest{self}, {.app = exchange_->site()->app, .modules = {module_}},
        {.extension = "http_gateway", .key = exchange_->key(), .unique = true},
        {.on_reply = [self](Result<> reply) { self->on_reply(std::move(reply)); },
         .on_done = [self](EventOutcome outcome) { self->on_done(outcome); }},
        {.activity = &activity_, .observer = this}));
    return {};
  });
}

std::size_t Incoming::size() const {
  const auto& request = exchange_->request();
  return request.target.size() + request.headers.bytes() + request.body.size();
}

void Incoming::on_call(wasm::HttpRequestHead to) {
  const auto& request = exchange_->request();
  auto authority = request.headers.find("host").value_or(request.host);
  if (authority.empty()) authority = "localhost";
  is_valid_ = to.line(request.is_secure, request.method, authority, request.target);
  for (const auto [name, value] : request.headers) to.field({name, value});
  inlet_ ? to.body(*inlet_) : to.body(request.body);
}

void Incoming::on_reply(Result<> reply) {
  sending_.with([&](Sending& sending) {
    if (!reply) sending.failure = reply.error().code();
    if (sending.phase != Phase::Waiting) return;
    if (!is_valid_) return refuse(sending, 400, "the target or the host is not valid");
    if (!reply) return refuse_for(sending, sending.failure);
    exchange_->warn(module_, IncomingRequest::kHandler,
                    "answered 502, since the module ended without an answer");
    refuse(sending, 502, "the application has no answer");
  });
}

void Incoming::on_done(EventOutcome outcome) {
  sending_.with([&](Sending& sending) {
    if (sending.phase != Phase::Waiting || outcome == EventOutcome::Withdrawn) return;
    if (outcome == EventOutcome::AppStopped) return refuse_for(sending, Code::Stopping);
    exchange_->put_back(std::move(reader_));
    if (exchange_->ask_another_version()) return finish(sending, Phase::Over);
    refuse(sending, 404, "no module of the application answers to this");
  });
}

void Incoming::leave() {
  posted_.with([this](Posted& posted) {
    posted.is_over = true;
    if (posted.ticket) exchange_->needs().events.cancel(*posted.ticket);
  });
}

// ---- In: the body of the request, while the guest takes it.

void Incoming::on_drained() {
  if (inlet_ && is_paused_.exchange(false)) read();
}

void Incoming::read() {
  if (inlet_->is_closed()) {
    reader_ = {};  // The rest is of no use.
    return;
  }
  reader_.read(
      [self = shared_from_this()](Result<std::string> piece) { self->on_piece(std::move(piece)); });
}

void Incoming::on_piece(Result<std::string> piece) {
  if (!piece) {
    const bool is_late = piece.error().code() == Code::TimedOut;
    return inlet_->cut(is_late ? wasm::HttpInlet::Cut::TooLate : wasm::HttpInlet::Cut::ClientGone);
  }
  if (piece->empty()) return inlet_->end();
  activity_.note();
  // The guest may take all of it, and ask for more, before `push` returns.
  is_paused_ = true;
  if (!inlet_->push(*piece, kMostAhead) && is_paused_.exchange(false)) read();
}

// ---- Out: the response, while the client takes it.

void Incoming::on_response(unsigned status, std::span<const wasm::HttpField> fields,
                           wasm::HttpBody body) {
  auto head = to_head(status, fields, exchange_->needs().options);
  sending_.with([&](Sending& sending) {
    if (!head) {
      if (head.error().code() == Code::LimitReached) {
        exchange_->met(runtime::Limit::HttpResponse, true);
      }
      exchange_->warn(module_, IncomingRequest::kHandler,
                      concat("answered 502, since the response is none: ", head.error().message()));
      return refuse(sending, 502, "the application's answer is not valid");
    }
    sending.head = std::move(head->response);
    sending.size = head->length;
    sending.body.emplace(std::move(body));
    sending.phase = Phase::Head;
    is_head_early_ = true;
  });
  send_soon();
}

void Incoming::on_wait() noexcept {
  if (is_head_early_.exchange(false)) send_soon();
}

void Incoming::on_refusal(std::string_view why) {
  exchange_->warn(module_, IncomingRequest::kHandler,
                  concat("answered 502, since the module answers with an error: ", why));
  sending_.with([&](Sending& sending) { refuse(sending, 502, "the application failed"); });
}

void Incoming::send_soon() {
  boost::asio::post(exchange_->reactor().context(), [self = shared_from_this()] { self->send(); });
}

void Incoming::send() {
  sending_.with([this](Sending& sending) { send(sending); });
}

void Incoming::send(Sending& sending) {
  if (!sending.body || sending.is_writing) return;
  auto bytes = std::exchange(sending.ahead, {});
  const auto state = sending.body->take(*awakener_, bytes, kPiece);
  if (sending.phase == Phase::Head) {
    const bool is_whole = state == State::End || state == State::Cut;
    if (is_head_early_ && !is_whole && bytes.size() < kPiece) {
      sending.ahead = std::move(bytes);
      return;
    }
    send_head(sending, state, bytes);
  }
  if (sending.phase == Phase::Body && !bytes.empty()) write(sending, std::move(bytes));
  switch (state) {
    case State::NothingYet:
      return;
    case State::Data:
      if (sending.phase == Phase::Draining) send_soon();
      return;
    case State::End:
      if (sending.phase == Phase::Body) sending.writer.end();
      break;
    case State::Cut:
      break;
  }
  finish(sending, Phase::Over);
}

// Where all of the body is there, it goes along, and `bytes` are used up.
void Incoming::send_head(Sending& sending, State state, std::string& bytes) {
  const auto status = sending.head.status;
  const bool has_no_body = is_head_ || net::has_no_body(status);
  if (!has_no_body) {
    const bool is_short =
        state == State::End && sending.size.value_or(bytes.size()) != bytes.size();
    if (state == State::Cut || is_short) return refuse_for(sending, sending.failure);
    if (state == State::End) {
      sending.head.body = std::exchange(bytes, {});
      std::ignore = exchange_->respond(std::move(sending.head));
      return finish(sending, Phase::Over);
    }
  } else if (!sending.size && state == State::End) {
    sending.size = bytes.size();
  }
  auto writer = exchange_->begin(std::move(sending.head), sending.size);
  if (!writer) return refuse_for(sending, Code::GuestFailed);
  sending.status = status;
  sending.bytes = 0;
  sending.phase = Phase::Body;
  if (has_no_body) {
    writer->end();
    return finish(sending, Phase::Draining);
  }
  sending.writer = *std::move(writer);
}

void Incoming::write(Sending& sending, std::string bytes) {
  activity_.note();
  sending.bytes += bytes.size();
  sending.is_writing = true;
  sending.writer.write(std::move(bytes), [self = shared_from_this()](Result<> written) {
    self->on_written(std::move(written));
  });
}

void Incoming::on_written(Result<> written) {
  sending_.with([&](Sending& sending) {
    sending.is_writing = false;
    if (!written) return finish(sending, Phase::Over);
    activity_.note();
    send(sending);
  });
}

// What is still to come of the body, the guest may write, but nobody gets it.
void Incoming::finish(Sending& sending, Phase phase) {
  sending.phase = phase;
  sending.writer = {};  // Without its end, that cuts the response.
  const auto status = std::exchange(sending.status, 0U);
  if (status != 0) exchange_->record(status, sending.bytes);
  if (phase == Phase::Over) sending.body.reset();
}

void Incoming::refuse_for(Sending& sending, Code failure) {
  switch (failure) {
    case Code::TimedOut:
      return refuse(sending, 504, "the application took too long");
    case Code::Stopping:
      return refuse(sending, 503, "the application is stopping");
    default:
      return refuse(sending, 502, "the application failed");
  }
}

void Incoming::refuse(Sending& sending, unsigned status, std::string_view why) {
  finish(sending, Phase::Over);
  exchange_->refuse(status, why);
}

}  // namespace hermes::http_gateway
