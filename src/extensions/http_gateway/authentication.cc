#include "extensions/http_gateway/authentication.h"

#include <utility>

#include "base/strings.h"
#include "extensions/http_gateway/messages.h"

namespace hermes::http_gateway {
namespace {

using runtime::EventOutcome;
using wit::http_gateway::HttpResponse;

constexpr std::string_view kIdentity = "x-hermes-";  // Headers of a 200 that the request gets.
constexpr std::size_t kLongestKey = std::size_t{2} << 10;

wit::http_gateway::AuthLevel to_wit(AuthLevel level) {
  namespace levels = wit::http_gateway::auth_level;
  if (level == AuthLevel::Required) return levels::Required();
  if (level == AuthLevel::Optional) return levels::Optional();
  return levels::None();
}

// All that the verdict is kept by; the size before each value keeps two lists from being one text.
std::string cache_key(const Exchange& exchange, AuthLevel level) {
  const auto& rules = exchange.site()->section.auth;
  if (rules.cache_for.count() == 0) return {};
  std::string key(name(level));
  for (const auto& wanted : rules.cache_by) {
    key += '\n';
    for (const auto [name, value] : exchange.request().headers) {
      if (equals_ignoring_case(name, wanted)) key += concat(value.size(), ":", value);
    }
  }
  return key.size() <= kLongestKey ? key : std::string();
}

Identity identity_of(const HttpResponse& response) {
  Identity identity;
  for (const auto& [name, values] : response.headers) {
    auto lower = lower_case(name);
    if (!lower.starts_with(kIdentity)) continue;
    for (const auto& value : values) identity.emplace_back(lower, value);
  }
  return identity;
}

}  // namespace

void Authentication::judge(std::shared_ptr<Exchange> exchange, AuthLevel level, Pass pass) {
  if (level == AuthLevel::None) return pass(std::move(exchange));
  auto key = cache_key(*exchange, level);
  if (!key.empty()) {
    const auto now = exchange->needs().clock.now().monotonic;
    if (const auto known = exchange->site()->auth_cache->find(key, now)) {
      exchange->identify(*known);
      return pass(std::move(exchange));
    }
  }
  std::make_shared<Authentication>(std::move(exchange), level, std::move(key), std::move(pass))
      ->ask();
}

Authentication::Authentication(std::shared_ptr<Exchange> exchange, AuthLevel level, std::string key,
                               Pass pass)
    : exchange_(std::move(exchange)),
      level_(level),
      key_(std::move(key)),
      pass_(std::move(pass)),
      on_departure_(exchange_->departure(), Leave{*this}) {}

void Authentication::ask() {
  const auto accepted = posted_.with([&](Posted& posted) -> Result<> {
    if (posted.is_over) return {};
    ValidateAuth event{{to_headers(exchange_->request().headers), to_wit(level_)}};
    posted.ticket = TRY(exchange_->needs().events.post(
        std::move(event),
        {.app = exchange_->site()->app, .modules = {exchange_->site()->section.auth.module}},
        {.extension = "http_gateway", .key = exchange_->key(), .unique = true},
        {.on_reply = [self = shared_from_this()](
                         Result<Verdict> verdict) { self->on_reply(std::move(verdict)); },
         .on_done = [self =
                         shared_from_this()](EventOutcome outcome) { self->on_done(outcome); }}));
    return {};
  });
  if (!accepted) refuse(503, "the application is busy");
}

void Authentication::on_reply(Result<Verdict> verdict) {
  if (!verdict) {
    const auto code = verdict.error().code();
    if (code == Code::Stopping) return refuse(503, "the application is stopping");
    if (code == Code::TimedOut) return refuse(504, "who you are could not be found out in time");
    return refuse(502, "who you are could not be found out");
  }
  if (!*verdict) {
    if (level_ == AuthLevel::Optional) return let_pass({});
    return refuse(401, "who are you?");
  }
  auto& response = **verdict;
  if (response.code == 200) return let_pass(identity_of(response));
  auto sent = to_response(std::move(response), exchange_->needs().options);
  if (sent) {
    is_decided_ = true;
    std::ignore = exchange_->respond(*std::move(sent));
    return;
  }
  exchange_->warn(
      exchange_->site()->section.auth.module, ValidateAuth::kHandler,
      concat("answered 502, since the verdict is no response: ", sent.error().message()));
  refuse(502, "who you are could not be found out");
}

void Authentication::on_done(EventOutcome outcome) {
  if (is_decided_ || outcome == EventOutcome::Withdrawn) return;
  if (outcome == EventOutcome::AppStopped) return refuse(503, "the application is stopping");
  is_decided_ = true;
  if (exchange_->ask_another_version()) return;
  exchange_->fail(concat("module '", exchange_->site()->section.auth.module,
                         "' is to judge clients, but does not export ", ValidateAuth::kHandler));
}

void Authentication::let_pass(const Identity& identity) {
  for (const auto& [name, value] : identity) {
    if (net::is_token(name) && net::is_header_value(value)) continue;
    exchange_->warn(exchange_->site()->section.auth.module, ValidateAuth::kHandler,
                    concat("answered 502: no header is '", name, "' with that value"));
    return refuse(502, "who you are could not be found out");
  }
  is_decided_ = true;
  if (!key_.empty()) {
    const auto now = exchange_->needs().clock.now().monotonic;
    exchange_->site()->auth_cache->put(key_, identity, now,
                                       now + exchange_->site()->section.auth.cache_for);
  }
  exchange_->identify(identity);
  pass_(exchange_);
}

void Authentication::refuse(unsigned status, std::string_view why) {
  is_decided_ = true;
  exchange_->refuse(status, why);
}

void Authentication::leave() {
  posted_.with([this](Posted& posted) {
    posted.is_over = true;
    if (posted.ticket) exchange_->needs().events.cancel(*posted.ticket);
  });
}

}  // namespace hermes::http_gateway
