#include "extensions/http_gateway/http_gateway.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "base/strings.h"
#include "extensions/http_gateway/authentication.h"
#include "extensions/http_gateway/client_address.h"
#include "extensions/http_gateway/exchange.h"
#include "extensions/http_gateway/incoming.h"
#include "extensions/http_gateway/module_turns.h"
#include "extensions/http_gateway/normal_path.h"
#include "extensions/http_gateway/rate_limit.h"
#include "extensions/http_gateway/site.h"
#include "extensions/http_gateway/static_files.h"
#include "net/http_server.h"
#include "trustless_gateway/answer.h"

namespace hermes::http_gateway {
namespace {

using net::Responder;
using net::Response;
using Exchanged = std::shared_ptr<Exchange>;

constexpr std::string_view kApi = "/api";
constexpr std::string_view kContent = "/ipfs/";
constexpr std::string_view kLive = "/.well-known/hermes/live";
constexpr std::string_view kReady = "/.well-known/hermes/ready";

bool is_api(std::string_view path) {
  return path.starts_with(kApi) && (path.size() == kApi.size() || path[kApi.size()] == '/');
}

bool takes_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

// Which limit the server's own answer means.
std::optional<runtime::Limit> limit_of(unsigned status) {
  switch (status) {
    case 408:
      return runtime::Limit::HttpTime;
    case 414:
      return runtime::Limit::HttpTarget;
    case 431:
      return runtime::Limit::HttpHeader;
    default:
      return std::nullopt;
  }
}

net::HttpServerOptions server_options(const Options& options) {
  return {.address = options.address,
          .port = options.port,
          .tls = options.tls,
          .tls_port = options.tls_port,
          .limits = {.header_bytes = options.header_bytes, .header_count = options.header_count},
          .header_timeout = options.header_timeout,
          .body_timeout = options.body_timeout,
          .write_timeout = options.body_timeout,
          .idle_timeout = options.idle_timeout,
          .connections = options.connections,
          .connections_per_client = options.connections_per_client};
}

// Ties the server to the apps: finds who is asked, and asks.
class HttpGateway final : public runtime::Extension, public net::HttpHandler, public Router {
 public:
  HttpGateway(const Options& options, const Services& services)
      : options_(options),
        services_(services),
        reactors_(services.reactors.begin(), services.reactors.end()),
        sites_(options_),
        files_(services.clock),
        app_rate_(options.app_rate),
        client_rate_(options.client_rate) {}

  std::string_view name() const override { return "http_gateway"; }
  Result<> link(wasm::Linker&) override { return {}; }  // The package has types and events only.

  Result<> start() override {
    proxies_ = TRY(Networks::parse(options_.trusted_proxies).context("http.trusted_proxies"));
    access_log_ = TRY(
        AccessLog::open(options_.access_log, services_.log_format, services_.clock, services_.log));
    needs_.emplace(Needs{options_, services_.clock, services_.events, services_.log, *access_log_,
                         services_.outbound.get(), via_, *this});
    needs_->breaches = services_.breaches;
    server_ = TRY(net::HttpServer::listen(server_options(options_), reactors_, *this));
    for (const auto& url : server_->urls()) {
      services_.log.write({.component = "http_gateway", .message = concat("listening on ", url)});
    }
    return {};
  }

  Result<> app_started(const runtime::App& app) override { return sites_.put(app); }
  Result<> app_changed(const runtime::App&, const runtime::App& after) override {
    return sites_.put(after);
  }
  void app_stopped(const runtime::AppId& app) override { sites_.remove(app); }

  void reopen_logs() override {
    const auto reopened = access_log_->reopen();
    if (reopened) return;
    services_.log.write({.level = log::Level::Error,
                         .component = "http_gateway",
                         .message = reopened.error().message()});
  }

  void quiesce() override {
    if (server_) server_->quiesce();
  }
  void stop() override {
    if (server_) server_->stop();
  }

  void handle(net::Request request, Responder responder) override {
    Exchange::Client client{client_address(request.peer, request.headers, proxies_),
                            is_trusted(request.peer)};
    const auto exchange = std::make_shared<Exchange>(*needs_, reactor_here(), std::move(request),
                                                     std::move(responder), std::move(client));
    if (is_probed(*exchange)) return;
    if (client_rate_.is_on() &&
        is_too_often(client_rate_, client_key(exchange->client()), *exchange)) {
      return;
    }
    auto site = sites_.find(exchange->request().host);
    if (!site) {
      return exchange->refuse(421, concat("no application has the host '",
                                          exchange->request().host.substr(0, 255), "'"));
    }
    exchange->set_site(std::move(site));
    if (app_rate_.is_on() && is_too_often(app_rate_, exchange->site()->app, *exchange)) return;
    route(exchange);
  }

  void refused(const net::Request& request, const Response& answer) override {
    if (const auto limit = limit_of(answer.status)) report(*limit);
    if (!access_log_->is_on()) return;
    const auto client = client_address(request.peer, request.headers, proxies_);
    access_log_->write({.app = {},
                        .client = client,
                        .host = request.host,
                        .method = request.method,
                        .target = request.target,
                        .version = request.version,
                        .status = answer.status,
                        .bytes = answer.body_size(),
                        .referer = request.headers.find("referer").value_or(""),
                        .agent = request.headers.find("user-agent").value_or("")});
  }

  void refused_connection() override { report(runtime::Limit::HttpConnections); }

  bool route_again(const Exchanged& exchange) override {
    auto site = sites_.find(exchange->request().host);
    if (!site || site.get() == exchange->site()) return false;
    exchange->set_site(std::move(site));
    boost::asio::post(exchange->reactor().context(), [this, exchange] { route(exchange); });
    return true;
  }

 private:
  void report(runtime::Limit limit) const {
    if (services_.breaches != nullptr) services_.breaches->report({limit});
  }

  bool is_trusted(const std::string& peer) const {
    if (proxies_.empty()) return false;
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(peer, error);
    return !error && proxies_.has(address);
  }

  bool is_probed(Exchange& exchange) const {
    const auto path = exchange.path();
    if (path != kLive && path != kReady) return false;
    const auto* ready = services_.is_ready;
    if (path == kReady && ready && !ready->load()) {
      exchange.refuse(503, "the apps are starting");
    } else {
      std::ignore = exchange.respond(Response::text(200, path == kLive ? "live" : "ready"));
    }
    return true;
  }

  bool is_too_often(RateLimit& limit, std::string_view key, Exchange& exchange) const {
    const auto wait = limit.admit(key, services_.clock.now().monotonic);
    if (!wait) return false;
    exchange.met(runtime::Limit::HttpRate);
    auto response = Response::text(429, "there are too many requests");
    response.headers.add("retry-after",
                         std::to_string(std::chrono::ceil<std::chrono::seconds>(*wait).count()));
    std::ignore = exchange.respond(std::move(response));
    return true;
  }

  void route(const Exchanged& exchange) {
    const auto& request = exchange->request();
    const auto& section = exchange->site()->section;
    if (section.cors) {
      if (auto answer = section.cors->preflight(request)) {
        std::ignore = exchange->respond(*std::move(answer));
        return;
      }
    }
    const auto path = normal_path(exchange->path());
    if (path != exchange->path()) exchange->set_path(path);
    const auto match = section.endpoints.match(
        {.method = request.method,
         .path = path,
         .has_body = exchange->has_body(),
         .content_type = request.headers.find("content-type").value_or("")});
    if (const auto* endpoint = std::get_if<const Endpoint*>(&match)) {
      exchange->prepare_for_modules();
      return to_endpoint(exchange, **endpoint);
    }
    if (const auto* wrong = std::get_if<WrongMethod>(&match)) {
      auto response = Response::text(405, concat(request.method, " is not a method of this path"));
      response.headers.add("allow", wrong->allowed);
      std::ignore = exchange->respond(std::move(response));
    } else if (std::holds_alternative<WrongType>(match)) {
      exchange->refuse(415, "this path takes no body of this type");
    } else if (is_api(path)) {
      exchange->prepare_for_modules();
      to_api(exchange);
    } else if (exchange->site()->has_content && path.starts_with(kContent)) {
      exchange->prepare_for_modules();
      to_content(exchange);
    } else {
      to_files(exchange);
    }
  }

  // The endpoint lives as long as the site, and the exchange holds that.
  void to_endpoint(const Exchanged& exchange, const Endpoint& endpoint) {
    Authentication::judge(exchange, endpoint.auth, [this, &endpoint](const Exchanged& judged) {
      const auto& turns = judged->site()->turns_of_module.at(endpoint.module);
      if (!endpoint.body_schema) return ask(judged, turns, endpoint.cancel_on_disconnect);
      const auto most = std::min(options_.body_bytes, schema::JsonSchema::kLargestText);
      judged->collect(most, [this, &endpoint, &turns](const Exchanged& whole) {
        const auto& request = whole->request();
        if (takes_body(request.method) || whole->has_body()) {
          if (const auto wrong = endpoint.body_schema->check(request.body)) {
            return whole->refuse(400, concat("the body is not as it should be: ", *wrong));
          }
        }
        ask(whole, turns, endpoint.cancel_on_disconnect);
      });
    });
  }

  void to_api(const Exchanged& exchange) {
    const auto& site = *exchange->site();
    Authentication::judge(exchange, site.section.auth.api, [this](const Exchanged& judged) {
      ask(judged, judged->site()->turns, std::nullopt);
    });
  }

  // A module that streams takes the body as it comes; others, once it is whole.
  void ask(const Exchanged& exchange, std::vector<Turn> turns, std::optional<bool> cancels) const {
    if (!turns.empty() && turns.front().streams) {
      return std::make_shared<Incoming>(exchange, turns.front().module)->start();
    }
    exchange->collect(options_.body_bytes, [turns = std::move(turns),
                                            cancels](const Exchanged& whole) mutable {
      const auto& method = whole->request().method;
      const bool is_safe = method == "GET" || method == "HEAD";
      std::make_shared<ModuleTurns>(whole, std::move(turns), cancels.value_or(is_safe))->ask_next();
    });
  }

  // Without files, what is no API is for the module that speaks the standard's.
  void to_files(const Exchanged& exchange) {
    const auto& site = *exchange->site();
    if (!site.www && (site.turns.empty() || !site.turns.back().streams)) {
      return exchange->refuse(404, "there is no such page");
    }
    if (!site.www || site.section.auth.files != AuthLevel::None) exchange->prepare_for_modules();
    Authentication::judge(exchange, site.section.auth.files, [this](const Exchanged& judged) {
      const auto& of = *judged->site();
      if (!of.www) return ask(judged, {of.turns.back()}, std::nullopt);
      std::ignore = judged->respond(files_.serve(*of.www, of.section.files, judged->request()));
    });
  }

  void to_content(const Exchanged& exchange) {
    const auto level = exchange->site()->section.auth.files;
    Authentication::judge(exchange, level, [this](const Exchanged& judged) {
      if (services_.content == nullptr) return judged->refuse(503, "there is no content of IPFS");
      auto answer = trustless_gateway::answer(*services_.content, judged->request());
      if (!answer.body) {
        std::ignore = judged->respond(std::move(answer.response));
        return;
      }
      auto writer = judged->begin(std::move(answer.response), std::nullopt);
      if (!writer) return judged->fail(writer.error().message());
      const auto record = [judged](Result<std::uint64_t> sent) {
        if (!sent) judged->warn({}, {}, concat("a CAR broke off: ", sent.error().message()));
        judged->record(200, sent ? *sent : 0);
      };
      if (judged->request().method != "HEAD") {
        return trustless_gateway::send(std::move(answer.body), *std::move(writer), record);
      }
      writer->end();
      record(0);
    });
  }

  io::Reactor& reactor_here() const {
    const auto here = std::ranges::find_if(reactors_, [](auto* r) { return r->runs_here(); });
    return **(here == reactors_.end() ? reactors_.begin() : here);
  }

  const Options options_;
  const Services services_;
  const std::vector<io::Reactor*> reactors_;
  const std::string via_ = concat("1.1 hermes-", Trace::of(std::nullopt).request_id());
  Sites sites_;
  StaticFiles files_;
  RateLimit app_rate_;
  RateLimit client_rate_;
  Networks proxies_;
  std::unique_ptr<AccessLog> access_log_;
  std::optional<Needs> needs_;
  std::unique_ptr<net::HttpServer> server_;  // Last, since it calls back.
};

}  // namespace

std::unique_ptr<runtime::Extension> make(const Options& options, const Services& services) {
  return std::make_unique<HttpGateway>(options, services);
}

}  // namespace hermes::http_gateway
