#include "extensions/http_gateway/exchange.h"

#include <utility>

#include "base/strings.h"
#include "extensions/http_gateway/incoming.h"
#include "extensions/http_gateway/messages.h"

namespace hermes::http_gateway {
namespace {

using runtime::EventOutcome;
using wit::http_gateway::http_gateway_response::Http;

}  // namespace

Exchange::Exchange(const Needs& needs, runtime::AppId app, std::vector<Turn> turns,
                   net::Request request, net::Responder responder)
    : needs_(needs),
      app_(std::move(app)),
      turns_(std::move(turns)),
      key_(key_of(request)),
      kept_(turns_.back().streams ? std::optional(request) : std::nullopt),
      event_(to_event(std::move(request))),
      responder_(std::move(responder)),
      departure_(responder_.departure()),
      on_departure_(departure_, Withdraw{*this}) {}

void Exchange::ask() {
  if (asked_ == turns_.size()) return answer(404, "no module of the application answers to this");
  const auto& turn = turns_[asked_++];
  if (turn.streams) return hand_over(turn.module);
  const auto posted = post(turn.module);
  if (posted) return;
  if (posted.error().code() == Code::Stopping || posted.error().code() == Code::NotFound) {
    return answer(503, "the application is stopping");
  }
  answer(503, "the application is busy");
}

// The last turn is that of a module that does not decline.
void Exchange::hand_over(const runtime::ModuleId& module) {
  is_answered_ = true;
  std::make_shared<Incoming>(
      Incoming::Needs{needs_.options, needs_.events, needs_.log, needs_.reactor}, app_, module,
      *std::move(kept_), std::move(responder_), departure_)
      ->start();
}

// Under the lock, so that the client's departure meets the ticket or keeps the event from being
// posted.
Result<> Exchange::post(const runtime::ModuleId& module) {
  return posted_.with([&](Posted& posted) -> Result<> {
    if (posted.is_withdrawn) return {};
    auto event = asked_ == turns_.size() ? std::move(event_) : event_;
    posted.ticket = TRY(needs_.events.post(
        std::move(event), {.app = app_, .modules = {module}},
        {.extension = "http_gateway", .key = key_, .unique = true},
        {.on_reply =
             [self = shared_from_this()](Result<Reply> reply) { self->on_reply(std::move(reply)); },
         .on_done = [self =
                         shared_from_this()](EventOutcome outcome) { self->on_done(outcome); }}));
    return {};
  });
}

void Exchange::on_reply(Result<Reply> reply) {
  if (!reply) {
    switch (reply.error().code()) {
      case Code::TimedOut:
        return answer(504, "the application took too long");
      case Code::Stopping:
        return answer(503, "the application is stopping");
      default:
        return answer(500, "the application failed");
    }
  }
  if (!*reply) return;  // It declined.
  if (auto* http = std::get_if<Http>(&**reply)) return answer(std::move(http->value));
  answer(501, "internal redirects are not available in this version");
}

void Exchange::on_done(EventOutcome outcome) {
  if (is_answered_ || outcome == EventOutcome::Withdrawn) return;
  if (outcome == EventOutcome::AppStopped) return answer(503, "the application is stopping");
  ask();
}

void Exchange::answer(wit::http_gateway::HttpResponse reply) {
  auto response = to_response(std::move(reply), needs_.options);
  if (response) {
    is_answered_ = true;
    std::ignore = responder_.respond(*std::move(response));
    return;
  }
  needs_.log.write({.level = log::Level::Warn,
                    .component = "http_gateway",
                    .app = app_,
                    .module = turns_[asked_ - 1].module,
                    .event = ReplyEvent::kHandler,
                    .context = key_,
                    .message = concat("answered 502, since the reply is no response: ",
                                      response.error().message())});
  answer(502, "the application's answer is not valid");
}

void Exchange::answer(unsigned status, std::string_view why) {
  is_answered_ = true;
  auto response = net::Response::text(status, why);
  if (status == 503) response.headers.add("retry-after", "1");
  std::ignore = responder_.respond(std::move(response));
}

void Exchange::withdraw() {
  posted_.with([](Posted& posted) {
    posted.is_withdrawn = true;
    if (posted.ticket) posted.ticket->withdraw();
  });
}

}  // namespace hermes::http_gateway
