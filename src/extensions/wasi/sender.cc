#include "extensions/wasi/sender.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/strings.h"

namespace hermes::wasi {
namespace {

using wasm::WasiHost;
using Answer = wasm::Reply<WasiHost::Answer>;
using Kind = net::OutboundFailure::Kind;

constexpr std::size_t kLongestHost = 300;                  // In the log.
constexpr std::size_t kMostAhead = std::size_t{64} << 10;  // Of a response, before the guest reads.
constexpr std::size_t kPiece = std::size_t{64} << 10;      // Of a request, at a time.

// Which limit it was, if one.
std::optional<runtime::Limit> limit_of(Kind kind) {
  switch (kind) {
    case Kind::LimitReached:
      return runtime::Limit::Requests;
    case Kind::RequestTooLarge:
      return runtime::Limit::RequestBytes;
    case Kind::ResponseTooLarge:
      return runtime::Limit::ResponseBytes;
    default:
      return std::nullopt;
  }
}

// The body that the guest writes.
class GuestBody final : public net::OutboundSource {
 public:
  explicit GuestBody(wasm::HttpBody body) : body_(std::move(body)) {}

  void begin(UniqueFunction<void()> wake) override {
    awakener_ = std::make_shared<Awakener>(std::move(wake));
  }

  State read(std::string& bytes) override {
    switch (body_.take(*awakener_, bytes, kPiece)) {
      case wasm::HttpBody::State::NothingYet:
        return State::NothingYet;
      case wasm::HttpBody::State::Data:
        return State::Data;
      case wasm::HttpBody::State::End:
        return State::End;
      case wasm::HttpBody::State::Cut:
        break;
    }
    return State::Cut;
  }

 private:
  class Awakener final : public wasm::Waker {
   public:
    explicit Awakener(UniqueFunction<void()> wake) : wake_(std::move(wake)) {}
    void wake() noexcept override { wake_(); }

   private:
    UniqueFunction<void()> wake_;
  };

  wasm::HttpBody body_;
  std::shared_ptr<Awakener> awakener_;
};

// One request: the answer that is waited for, then the response's body while the guest takes it.
class Sending final : public Client::Holder, public std::enable_shared_from_this<Sending> {
 public:
  Sending(std::shared_ptr<Client> client, log::Log& log, const Asker& asker, std::string what,
          std::unique_ptr<wasm::HttpInlet> inlet, Answer reply)
      : client_(std::move(client)),
        log_(log),
        asker_(asker),
        what_(std::move(what)),
        inlet_(std::move(inlet)),
        reply_(std::move(reply)) {}
  Sending(const Sending&) = delete;
  ~Sending() override {
    client_->with([this](net::Outbound&) {
      client_->leave(*this);
      let_go();
    });
  }

  void let_go() override { body_ = {}; }

  void succeed(net::OutboundStream stream) {
    const bool is_open = client_->with([&](net::Outbound&) {
      client_->enter(*this);
      body_ = std::move(stream.body);
    });
    if (!is_open) return fail({Kind::Stopping, "the engine has stopped"});
    if (!stream.first.empty()) inlet_->push(stream.first, kMostAhead);
    if (stream.first.size() == stream.size) inlet_->end();
    const auto& head = stream.head.head;
    reply_(WasiHost::Response(static_cast<std::uint16_t>(stream.head.status),
                              {head.begin(), head.end()}));
  }

  void fail(const net::OutboundFailure& failure) {
    record(failure);
    reply_(Unexpected(WasiHost::Failure(static_cast<std::uint8_t>(failure.kind), failure.message)));
  }

  void on_drained() {
    if (is_paused_.exchange(false)) read();
  }

 private:
  void read() {
    if (inlet_->is_closed()) return;
    const bool is_open = client_->with([this](net::Outbound&) {
      body_.read([self = shared_from_this()](net::OutboundResult<std::string> piece) {
        self->on_piece(std::move(piece));
      });
    });
    if (!is_open) inlet_->fail(static_cast<std::uint8_t>(Kind::Stopping));
  }

  void on_piece(net::OutboundResult<std::string> piece) {
    if (!piece.has_value()) {
      record(piece.error());
      return inlet_->fail(static_cast<std::uint8_t>(piece.error().kind));
    }
    if (piece->empty()) return inlet_->end();
    // The guest may take all of it, and ask for more, before `push` returns.
    is_paused_ = true;
    if (!inlet_->push(*piece, kMostAhead) && is_paused_.exchange(false)) read();
  }

  void record(const net::OutboundFailure& failure) const {
    if (failure.kind == Kind::Stopping) return;
    const auto limit = limit_of(failure.kind);
    if (limit && asker_.breaches != nullptr) asker_.breaches->count(*limit, asker_.app);
    log_.write({.level = log::Level::Warn,
                .component = "wasi",
                .app = asker_.app,
                .module = asker_.module,
                .message = concat(what_, ": ", failure.message)});
  }

  const std::shared_ptr<Client> client_;
  log::Log& log_;
  const Asker asker_;
  const std::string what_;
  const std::unique_ptr<wasm::HttpInlet> inlet_;
  Answer reply_;
  net::OutboundBody body_;
  std::atomic<bool> is_paused_{true};  // Nobody reads: whoever resets it does so next.
};

class OutboundSender final : public WasiHost::Sender {
 public:
  OutboundSender(std::shared_ptr<Client> client, log::Log& log, Asker asker)
      : client_(std::move(client)), log_(log), asker_(std::move(asker)) {}
  OutboundSender(const OutboundSender&) = delete;
  ~OutboundSender() override {
    client_->with([&](net::Outbound&) { ticket_.cancel(); });
  }

  void send(WasiHost::Request request, Answer reply) override {
    sending_ = std::make_shared<Sending>(
        client_, log_, asker_, concat(request.host.substr(0, kLongestHost), ":", request.port),
        std::move(request.response), std::move(reply));
    const bool is_open =
        client_->with([&](net::Outbound& outbound) { send(outbound, std::move(request)); });
    if (!is_open) sending_->fail({Kind::Stopping, "the engine has stopped"});
  }

  void on_drained() override { sending_->on_drained(); }

 private:
  void send(net::Outbound& outbound, WasiHost::Request request) {
    auto read = this->read(std::move(request), outbound.options().request_bytes);
    if (!read.has_value()) return sending_->fail(read.error());
    const auto on_stream = [sending = sending_](net::OutboundResult<net::OutboundStream> stream) {
      stream.has_value() ? sending->succeed(*std::move(stream)) : sending->fail(stream.error());
    };
    const auto on_sent = [sending = sending_](net::OutboundResult<void> sent) {
      if (!sent.has_value()) sending->fail(sent.error());
    };
    ticket_ = outbound.send(*std::move(read), {.on_sent = on_sent, .on_stream = on_stream});
  }

  net::OutboundResult<net::OutboundRequest> read(WasiHost::Request request,
                                                 std::size_t most) const {
    auto host = net::parse_host(request.host);
    if (!host || request.port == 0) {
      return Unexpected(net::OutboundFailure{Kind::Invalid, "this is no host and port"});
    }
    std::shared_ptr<net::OutboundSource> body;
    if (request.body) body = std::make_shared<GuestBody>(*std::move(request.body));
    return net::make_outbound_request(asker_.app, asker_.hosts,
                                      {request.tls, *std::move(host), request.port},
                                      std::string(request.head), most, std::move(body));
  }

  const std::shared_ptr<Client> client_;
  log::Log& log_;
  const Asker asker_;
  std::shared_ptr<Sending> sending_;
  net::OutboundTicket ticket_;
};

}  // namespace

std::unique_ptr<WasiHost::Sender> make_sender(std::shared_ptr<Client> client, log::Log& log,
                                              Asker asker) {
  return std::make_unique<OutboundSender>(std::move(client), log, std::move(asker));
}

}  // namespace hermes::wasi
