#include "extensions/http_gateway/http_gateway.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "extensions/http_gateway/exchange.h"
#include "extensions/http_gateway/incoming.h"
#include "extensions/http_gateway/site.h"
#include "extensions/http_gateway/static_files.h"
#include "net/http_server.h"

namespace hermes::http_gateway {
namespace {

using net::Responder;
using net::Response;

constexpr std::string_view kApi = "/api";

bool is_api(std::string_view path) {
  return path.starts_with(kApi) && (path.size() == kApi.size() || path[kApi.size()] == '/');
}

std::string_view path_of(const net::Request& request) {
  return split_once(request.target, '?').first;
}

Question question(const net::Request& request) {
  return {.method = request.method,
          .path = path_of(request),
          .has_body = !request.is_whole || !request.body.empty(),
          .content_type = request.headers.find("content-type").value_or("")};
}

net::HttpServerOptions server_options(const Options& options) {
  return {.address = options.address,
          .port = options.port,
          .limits = {.header_bytes = options.header_bytes, .header_count = options.header_count},
          .header_timeout = options.header_timeout,
          .body_timeout = options.body_timeout,
          .write_timeout = options.body_timeout,
          .idle_timeout = options.idle_timeout,
          .connections = options.connections};
}

// Ties the server to the apps: finds who is asked, and asks.
class HttpGateway final : public runtime::Extension, public net::HttpHandler {
 public:
  HttpGateway(const Options& options, runtime::Events& events, log::Log& log,
              std::span<io::Reactor* const> reactors)
      : options_(options),
        events_(events),
        log_(log),
        reactors_(reactors.begin(), reactors.end()) {}

  std::string_view name() const override { return "http_gateway"; }
  Result<> link(wasm::Linker&) override { return {}; }  // The package has types and events only.

  Result<> start() override {
    server_ = TRY(net::HttpServer::listen(server_options(options_), reactors_, *this));
    log_.write({.component = "http_gateway", .message = concat("listening on ", server_->url())});
    return {};
  }

  Result<> app_started(const runtime::App& app) override { return sites_.put(app); }
  Result<> app_changed(const runtime::App&, const runtime::App& after) override {
    return sites_.put(after);
  }
  void app_stopped(const runtime::AppId& app) override { sites_.remove(app); }

  void quiesce() override {
    if (server_) server_->quiesce();
  }
  void stop() override {
    if (server_) server_->stop();
  }

  void handle(net::Request request, Responder responder) override {
    const auto site = sites_.find(request.host);
    if (!site) {
      return answer(responder, 421, concat("no application has the host '", request.host, "'"));
    }
    const auto match = site->endpoints.match(question(request));
    if (const auto* endpoint = std::get_if<const Endpoint*>(&match)) {
      return ask(*site, site->turns_of_module.at((*endpoint)->module), std::move(request),
                 std::move(responder));
    }
    if (const auto* wrong = std::get_if<WrongMethod>(&match)) {
      auto response = Response::text(405, concat(request.method, " is not a method of this path"));
      response.headers.add("allow", wrong->allowed);
      std::ignore = responder.respond(std::move(response));
    } else if (std::holds_alternative<WrongType>(match)) {
      answer(responder, 415, "this path takes no body of this type");
    } else if (is_api(path_of(request))) {
      ask(*site, site->turns, std::move(request), std::move(responder));
    } else if (site->www) {
      std::ignore = responder.respond(serve_file(*site->www, request));
    } else if (!site->turns.empty() && site->turns.back().streams) {
      ask(*site, {site->turns.back()}, std::move(request), std::move(responder));
    } else {
      answer(responder, 404, "there is no such page");
    }
  }

 private:
  static void answer(Responder& responder, unsigned status, std::string_view why) {
    std::ignore = responder.respond(Response::text(status, why));
  }

  // A module that streams takes the body as it comes; others, once it is whole.
  void ask(const Site& site, std::vector<Turn> turns, net::Request request, Responder responder) {
    if (turns.empty()) {
      return answer(responder, 404, "no module of the application answers to this");
    }
    auto& reactor = reactor_here();
    if (turns.front().streams) {
      const auto departure = responder.departure();
      std::make_shared<Incoming>(Incoming::Needs{options_, events_, log_, reactor}, site.app,
                                 turns.front().module, std::move(request), std::move(responder),
                                 departure)
          ->start();
      return;
    }
    std::move(responder).collect(std::move(request), options_.body_bytes,
                                 [this, &reactor, app = site.app, turns = std::move(turns)](
                                     net::Request whole, Responder answering) mutable {
                                   std::make_shared<Exchange>(
                                       Exchange::Needs{options_, events_, log_, reactor},
                                       std::move(app), std::move(turns), std::move(whole),
                                       std::move(answering))
                                       ->ask();
                                 });
  }

  io::Reactor& reactor_here() const {
    const auto here = std::ranges::find_if(reactors_, [](auto* r) { return r->runs_here(); });
    return **(here == reactors_.end() ? reactors_.begin() : here);
  }

  const Options options_;
  runtime::Events& events_;
  log::Log& log_;
  const std::vector<io::Reactor*> reactors_;
  Sites sites_;
  std::unique_ptr<net::HttpServer> server_;  // Last, since it calls back.
};

}  // namespace

std::unique_ptr<runtime::Extension> make(const Options& options, runtime::Events& events,
                                         log::Log& log, std::span<io::Reactor* const> reactors) {
  return std::make_unique<HttpGateway>(options, events, log, reactors);
}

}  // namespace hermes::http_gateway
