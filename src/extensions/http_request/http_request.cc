#include "extensions/http_request/http_request.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "base/guarded.h"
#include "base/strings.h"
#include "extensions/http_request/deliveries.h"
#include "extensions/http_request/payload.h"
#include "runtime/breaches.h"
#include "runtime/per_app.h"
#include "wit/hermes/http_request.h"

namespace hermes::http_request {
namespace {

using wit::http_request::CallContext;
using wit::http_request::OnHttpResponse;
using wit::http_request::Payload;
using Answer = wasm::Reply<Expected<void, ErrorCode>>;

constexpr std::size_t kLongestUri = 300;  // In the log.
constexpr runtime::Need kNeeds[] = {{"hermes:http-request/api#send", "outbound:"}};

// A request that a module has sent, for the log and for the response.
struct Sent {
  Sender sender;
  std::optional<std::uint64_t> id;
  std::string what;  // "https://example.com:443"
};

// While `send` waits, the end of its call is the end of the request.
class Waiting {
 public:
  Waiting(Answer reply, std::stop_token stop) : stop_(std::move(stop)) {
    state_.with([&](State& state) { state.reply.emplace(std::move(reply)); });
  }

  void cancel_with_call(net::OutboundTicket ticket) {
    state_.with([&](State& state) {
      if (state.reply) state.cancel.emplace(stop_, Cancel{std::move(ticket)});
    });
  }

  void answer(Expected<void, ErrorCode> result) {
    auto reply = state_.with([](State& state) {
      state.cancel.reset();
      return std::exchange(state.reply, std::nullopt);
    });
    if (reply) (*reply)(result);
  }

 private:
  struct Cancel {
    void operator()() const { ticket.cancel(); }
    net::OutboundTicket ticket;
  };
  struct State {
    std::optional<Answer> reply;
    std::optional<std::stop_callback<Cancel>> cancel;
  };

  const std::stop_token stop_;
  Guarded<State> state_;
};

// Ties the import to the client, and its responses to events.
class HttpRequest final : public runtime::Extension, public wit::http_request::Api {
 public:
  HttpRequest(std::shared_ptr<net::Outbound> outbound, Clock& clock, runtime::Events& events,
              log::Log& log, runtime::Breaches* breaches)
      : outbound_(std::move(outbound)),
        log_(log),
        breaches_(breaches),
        deliveries_(clock, events, log) {}

  std::string_view name() const override { return "http_request"; }
  Result<> link(wasm::Linker& linker) override { return linker.provide<Api>(*this); }
  std::span<const runtime::Need> needs() const override { return kNeeds; }

  Result<> app_started(const runtime::App& app) override {
    auto hosts = TRY(net::OutboundHosts::among(app.permissions));
    hosts_.set(app.id, std::make_shared<net::OutboundHosts>(std::move(hosts)));
    return {};
  }
  Result<> app_changed(const runtime::App&, const runtime::App& after) override {
    return app_started(after);
  }
  void app_stopped(const runtime::AppId& app) override {
    hosts_.remove(app);
    deliveries_.forget(app);
    outbound_->forget(app);
  }
  void quiesce() override { deliveries_.quiesce(); }
  void stop() override { outbound_->stop(); }

  void send(CallContext& call, Payload payload, Answer reply) override {
    const Sent sent{
        {call.app(), call.module()},
        payload.request_id,
        concat(std::string_view(payload.host_uri).substr(0, kLongestUri), ":", payload.port)};
    auto request = read(call, std::move(payload));
    if (!request.has_value()) {
      write_log(sent, request.error().message);
      return reply(Unexpected(request.error().code));
    }
    send(sent, *std::move(request), std::make_shared<Waiting>(std::move(reply), call.stop_token()));
  }

 private:
  Expected<net::OutboundRequest, Refusal> read(const CallContext& call, Payload payload) const {
    const auto most = outbound_->options().request_bytes;
    if (payload.body.size() > most) {
      count(runtime::Limit::RequestBytes, call.app());
      return Unexpected(
          Refusal{ErrorCode::Internal, concat("the request is larger than ", most, " bytes")});
    }
    auto to = parse_destination(payload.host_uri, payload.port);
    if (!to.has_value()) return Unexpected(to.error());
    const auto hosts = hosts_.find(call.app());
    if (!hosts) return Unexpected(Refusal{ErrorCode::Internal, "the app has stopped"});
    auto request = net::make_outbound_request(call.app(), hosts, *std::move(to),
                                              {payload.body.begin(), payload.body.end()}, most);
    if (request.has_value()) return *std::move(request);
    return Unexpected(Refusal{ErrorCode::Internal, request.error().message});
  }

  void send(const Sent& sent, net::OutboundRequest request, std::shared_ptr<Waiting> waiting) {
    const bool tls = request.to.tls;
    auto ticket = outbound_->send(
        std::move(request),
        {.on_sent =
             [this, sent, tls, waiting](net::OutboundResult<void> result) {
               if (result.has_value()) return waiting->answer({});
               count(sent, result.error().kind);
               write_log(sent, result.error().message);
               waiting->answer(Unexpected(error_code(result.error().kind, tls)));
             },
         .on_response = [this, sent](auto result) { receive(sent, std::move(result)); }});
    waiting->cancel_with_call(std::move(ticket));
  }

  void receive(const Sent& sent, net::OutboundResult<net::OutboundResponse> result) {
    OnHttpResponse response{sent.id, {}};
    if (!result.has_value()) {
      if (result.error().kind == net::OutboundFailure::Kind::Stopping) return;
      count(sent, result.error().kind);
      write_log(sent, result.error().message);
      return deliveries_.deliver(sent.sender, std::move(response), result.error().share);
    }
    const auto text = result->response.text();
    response.response.assign(text.begin(), text.end());
    deliveries_.deliver(sent.sender, std::move(response), std::move(result->share));
  }

  // A record says why, whatever it was.
  void count(const Sent& sent, net::OutboundFailure::Kind kind) const {
    using Kind = net::OutboundFailure::Kind;
    if (kind == Kind::LimitReached) count(runtime::Limit::Requests, sent.sender.app);
    if (kind == Kind::ResponseTooLarge) count(runtime::Limit::ResponseBytes, sent.sender.app);
  }
  void count(runtime::Limit limit, const runtime::AppId& app) const {
    if (breaches_ != nullptr) breaches_->count(limit, app);
  }

  void write_log(const Sent& sent, std::string_view why) {
    log_.write({.level = log::Level::Warn,
                .component = "http_request",
                .app = sent.sender.app,
                .module = sent.sender.module,
                .message = concat(sent.what, ": ", why)});
  }

  const std::shared_ptr<net::Outbound> outbound_;
  log::Log& log_;
  runtime::Breaches* const breaches_;  // Null: limits that are met are not counted.
  runtime::PerApp<const net::OutboundHosts> hosts_;
  Deliveries deliveries_;
};

}  // namespace

std::unique_ptr<runtime::Extension> make(std::shared_ptr<net::Outbound> outbound, Clock& clock,
                                         runtime::Events& events, log::Log& log,
                                         runtime::Breaches* breaches) {
  return std::make_unique<HttpRequest>(std::move(outbound), clock, events, log, breaches);
}

}  // namespace hermes::http_request
