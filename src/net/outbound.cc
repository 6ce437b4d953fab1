#include "net/outbound.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/strings.h"
#include "net/outbound_exchange.h"
#include "net/outbound_shard.h"
#include "net/outbound_share.h"
#include "net/tls.h"

namespace hermes::net {

using Kind = OutboundFailure::Kind;

struct Outbound::State {
  using Usages = std::map<std::string, std::weak_ptr<OutboundUsage>>;

  std::shared_ptr<OutboundUsage> usage_of(const std::string& app) {
    return usages.with([&](Usages& all) {
      auto& known = all[app];
      auto usage = known.lock();
      if (!usage) known = usage = std::make_shared<OutboundUsage>();
      return usage;
    });
  }

  // That of this thread's reactor; or the next in turn.
  const std::shared_ptr<OutboundShard>& shard() {
    const auto here = std::ranges::find_if(
        shards, [](const auto& shard) { return shard->reactor().runs_here(); });
    return here != shards.end() ? *here : shards[turn++ % shards.size()];
  }

  std::shared_ptr<OutboundContext> context;
  std::vector<std::shared_ptr<OutboundShard>> shards = {};
  Guarded<Usages> usages = Guarded<Usages>();
  std::atomic<std::size_t> turn = 0;
};

OutboundBody::OutboundBody(std::shared_ptr<OutboundExchange> exchange)
    : exchange_(std::move(exchange)) {}

OutboundBody& OutboundBody::operator=(OutboundBody&& other) noexcept {
  OutboundBody gone(std::move(*this));
  exchange_ = std::move(other.exchange_);
  return *this;
}

OutboundBody::~OutboundBody() {
  if (exchange_ && !exchange_->has_ended()) exchange_->cancel();
}

void OutboundBody::read(Then then) {
  exchange_->read_body(std::move(then));
}

void OutboundTicket::cancel() const {
  if (const auto exchange = exchange_.lock()) exchange->cancel();
}

Outbound::Outbound(std::unique_ptr<State> state) : state_(std::move(state)) {}

Outbound::~Outbound() {
  stop();
}

Result<std::shared_ptr<Outbound>> Outbound::open(OutboundOptions options,
                                                 std::span<io::Reactor* const> reactors) {
  auto resolver = TRY(io::Resolver::open(*reactors.front(), {.servers = options.name_servers}));
  auto tls = TRY(ClientTls::open(options.ca_file));
  auto state = std::make_unique<State>();
  state->context.reset(
      new OutboundContext{std::move(options), std::move(tls), std::move(resolver)});
  for (auto* reactor : reactors) {
    state->shards.push_back(std::make_shared<OutboundShard>(*reactor, state->context));
  }
  return std::shared_ptr<Outbound>(new Outbound(std::move(state)));
}

const OutboundOptions& Outbound::options() const {
  return state_->context->options;
}

OutboundTicket Outbound::send(OutboundRequest request, OutboundCallbacks callbacks) {
  const auto refuse = [&](Kind kind, std::string why) {
    callbacks.on_sent(Unexpected(OutboundFailure{kind, std::move(why)}));
    return OutboundTicket();
  };
  const auto& host = request.to.host;
  if (!request.hosts->has(host, request.to.port)) {
    return refuse(Kind::HostDenied, concat("the app lacks the permission outbound:", host.name, ":",
                                           request.to.port));
  }
  if (state_->context->is_stopped) return refuse(Kind::Stopping, "the engine is stopping");
  if (request.body && request.length.value_or(0) > options().stream_bytes) {
    return refuse(Kind::RequestTooLarge, "the body of the request is too large");
  }
  auto share = OutboundShare::take(state_->usage_of(request.app), options().requests);
  if (!share || !share->add(request.message.size(), options().app_bytes)) {
    return refuse(Kind::LimitReached, "the app has too many requests under way");
  }
  const auto exchange = std::make_shared<OutboundExchange>(state_->shard(), std::move(request),
                                                           std::move(callbacks), std::move(share));
  exchange->start();
  return OutboundTicket(exchange);
}

void Outbound::resolve(const std::string& app, const std::string& name, io::Resolver::Done done) {
  if (state_->context->is_stopped) return;
  auto& resolver = *state_->context->resolver;
  if (auto known = resolver.find(name)) return done(*std::move(known));
  resolver.resolve(app, name, std::move(done));
}

void Outbound::forget(const std::string& app) {
  for (const auto& shard : state_->shards) shard->forget(app);
  state_->usages.with([](State::Usages& all) {
    std::erase_if(all, [](const auto& usage) { return usage.second.expired(); });
  });
}

void Outbound::stop() {
  if (state_->context->is_stopped.exchange(true)) return;
  for (const auto& shard : state_->shards) shard->forget({});
  state_->context->resolver->stop();
}

}  // namespace hermes::net
