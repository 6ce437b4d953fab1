#include "net/http_server.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "net/listener.h"
#include "net/shard.h"

namespace hermes::net {

struct HttpServer::State {
  using Listeners = std::vector<std::shared_ptr<Listener>>;

  // At all addresses. A port that is any free one is the same at all of them.
  Result<> listen(Listeners& listeners, std::uint16_t port, bool is_secure) {
    for (const auto address : words(context->options.address)) {
      auto listener = std::make_shared<Listener>(shards, context, is_secure);
      TRY(listener->listen(address, port));
      port = listener->endpoint().port();
      listeners.push_back(std::move(listener));
    }
    if (!listeners.empty()) return {};
    return Error(Code::InvalidArgument, "there is no address to listen on");
  }

  std::shared_ptr<ServerContext> context;
  std::vector<std::shared_ptr<Shard>> shards;
  Listeners plain;
  Listeners secure;
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() {
  stop();
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(HttpServerOptions options,
                                                       std::span<io::Reactor* const> reactors,
                                                       HttpHandler& handler) {
  auto state = std::make_unique<State>();
  state->context = std::make_shared<ServerContext>(std::move(options), handler);
  const auto& wanted = state->context->options;
  for (auto* reactor : reactors) {
    state->shards.push_back(std::make_shared<Shard>(*reactor, state->context));
  }
  TRY(state->listen(state->plain, wanted.port, false));
  if (wanted.tls) TRY(state->listen(state->secure, wanted.tls_port, true));
  for (const auto& listener : state->plain) listener->start();
  for (const auto& listener : state->secure) listener->start();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

std::uint16_t HttpServer::port() const {
  return state_->plain.front()->endpoint().port();
}

std::uint16_t HttpServer::tls_port() const {
  return state_->secure.empty() ? 0 : state_->secure.front()->endpoint().port();
}

std::string HttpServer::url() const {
  return concat("http://", text_of(state_->plain.front()->endpoint()));
}

std::vector<std::string> HttpServer::urls() const {
  std::vector<std::string> urls;
  for (const auto& one : state_->plain) urls.push_back(concat("http://", text_of(one->endpoint())));
  for (const auto& one : state_->secure) {
    urls.push_back(concat("https://", text_of(one->endpoint())));
  }
  return urls;
}

void HttpServer::quiesce() {
  if (state_->context->is_quiet.exchange(true)) return;
  for (const auto& listener : state_->plain) listener->close();
  for (const auto& listener : state_->secure) listener->close();
  for (const auto& shard : state_->shards) shard->quiesce();
}

void HttpServer::stop() {
  if (state_->context->is_stopped.exchange(true)) return;
  quiesce();
  for (const auto& shard : state_->shards) shard->stop();
}

}  // namespace hermes::net
