#include "extensions/http_gateway/module_turns.h"

#include <utility>

#include "base/strings.h"
#include "extensions/http_gateway/incoming.h"
#include "extensions/http_gateway/messages.h"
#include "extensions/http_gateway/redirect.h"

namespace hermes::http_gateway {

using runtime::EventOutcome;
using wit::http_gateway::http_gateway_response::Http;
using wit::http_gateway::http_gateway_response::InternalRedirect;

ModuleTurns::ModuleTurns(std::shared_ptr<Exchange> exchange, std::vector<Turn> turns, bool cancels)
    : exchange_(std::move(exchange)),
      turns_(std::move(turns)),
      cancels_(cancels),
      event_(to_event(exchange_->request())),
      on_departure_(exchange_->departure(), Leave{*this}) {}

void ModuleTurns::ask_next() {
  if (asked_ == turns_.size()) return refuse(404, "no module of the application answers to this");
  const auto& turn = turns_[asked_++];
  if (turn.streams) {
    is_answered_ = true;
    return std::make_shared<Incoming>(exchange_, turn.module)->start();
  }
  const auto posted = post(turn.module);
  if (posted) return;
  if (posted.error().code() == Code::Stopping || posted.error().code() == Code::NotFound) {
    return refuse(503, "the application is stopping");
  }
  refuse(503, "the application is busy");
}

// Under the lock, so that the client's departure meets the ticket or keeps the event from being
// posted.
Result<> ModuleTurns::post(const runtime::ModuleId& module) {
  return posted_.with([&](Posted& posted) -> Result<> {
    if (posted.is_over) return {};
    auto event = asked_ == turns_.size() ? std::move(event_) : event_;
    posted.ticket = TRY(exchange_->needs().events.post(
        std::move(event), {.app = exchange_->site()->app, .modules = {module}},
        {.extension = "http_gateway", .key = exchange_->key(), .unique = true},
        {.on_reply =
             [self = shared_from_this()](Result<Reply> reply) { self->on_reply(std::move(reply)); },
         .on_done = [self =
                         shared_from_this()](EventOutcome outcome) { self->on_done(outcome); }}));
    return {};
  });
}

void ModuleTurns::on_reply(Result<Reply> reply) {
  if (!reply) {
    switch (reply.error().code()) {
      case Code::TimedOut:
        return refuse(504, "the application took too long");
      case Code::Stopping:
        return refuse(503, "the application is stopping");
      case Code::GuestFailed:
      case Code::OutOfMemory:
        return refuse(502, "the application failed");
      default:
        is_answered_ = true;
        return exchange_->fail(reply.error().message());
    }
  }
  if (!*reply) return;  // It declined.
  if (auto* http = std::get_if<Http>(&**reply)) return answer(std::move(http->value));
  is_answered_ = true;
  Redirect::follow(exchange_, turns_[asked_ - 1].module, std::get<InternalRedirect>(**reply).value);
}

void ModuleTurns::on_done(EventOutcome outcome) {
  if (is_answered_ || outcome == EventOutcome::Withdrawn) return;
  if (outcome == EventOutcome::AppStopped) return refuse(503, "the application is stopping");
  if (outcome == EventOutcome::NoHandler && exchange_->ask_another_version()) {
    is_answered_ = true;
    return;
  }
  ask_next();
}

void ModuleTurns::answer(wit::http_gateway::HttpResponse reply) {
  auto response = to_response(std::move(reply), exchange_->needs().options);
  if (response) {
    is_answered_ = true;
    std::ignore = exchange_->respond(*std::move(response));
    return;
  }
  if (response.error().code() == Code::LimitReached) {
    exchange_->met(runtime::Limit::HttpResponse, true);
  }
  exchange_->warn(
      turns_[asked_ - 1].module, ReplyEvent::kHandler,
      concat("answered 502, since the reply is no response: ", response.error().message()));
  refuse(502, "the application's answer is not valid");
}

void ModuleTurns::refuse(unsigned status, std::string_view why) {
  is_answered_ = true;
  exchange_->refuse(status, why);
}

void ModuleTurns::leave() {
  posted_.with([this](Posted& posted) {
    posted.is_over = true;
    if (!posted.ticket) return;
    if (cancels_) {
      exchange_->needs().events.cancel(*posted.ticket);
    } else {
      posted.ticket->withdraw();
    }
  });
}

}  // namespace hermes::http_gateway
