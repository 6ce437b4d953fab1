#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/strings.h"
#include "extensions/http_request/http_request.h"
#include "extensions/wasi/wasi.h"
#include "net/outbound.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/temporary_directory.h"
#include "testing/servers/certificates.h"
#include "testing/servers/name_server.h"
#include "testing/servers/scripted_server.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::testing {

/// An engine in which a guest sends requests, by a name server and an authority of the
/// test's own.
class FetchFixture : public EngineFixture {
 protected:
  /// With an app that has these permissions; `options` are set before.
  void start_fetching(std::set<std::string> permissions) {
    start_engine();
    add_app("app", std::move(permissions));
  }

  void start_engine() {
    create();
    options.name_servers = names.address();
    options.ca_file = certificates().authority_file();
    const auto outbound = expect(net::Outbound::open(options, engine->reactors()));
    start(http_request::make(outbound, clock, engine->events(), log),
          wasi::make(outbound, log, home.path()));
  }

  void add_app(std::string_view name, std::set<std::string> permissions,
               std::chrono::nanoseconds wall = std::chrono::seconds(30)) {
    auto app = app_of(name, {guest});
    app.permissions = std::move(permissions);
    app.limits.wall = wall;
    start_app(std::move(app));
  }

  /// What `send` answers to the guest: "sent", or an error.
  std::string send(std::string_view uri, std::uint16_t port, std::string_view message,
                   std::size_t id = 0, std::string_view app = "app") {
    const auto answer = ask(app, event(uri, port, message, id));
    if (!answer.has_value()) return answer.error().message();
    const auto& body =
        std::get<wit::http_gateway::http_gateway_response::Http>(**answer).value.body;
    return {body.begin(), body.end()};
  }

  /// The same for a GET of "/" with the host of `uri`.
  std::string get(std::string_view uri, std::uint16_t port, std::size_t id = 0,
                  std::string_view app = "app") {
    return send(uri, port, get_request(uri), id, app);
  }

  static std::string get_request(std::string_view uri, std::string_view more = {}) {
    return concat("GET / HTTP/1.1\r\nHost: ", uri.substr(uri.find("://") + 3), "\r\n", more,
                  "\r\n");
  }

  static wit::http_gateway::ReplyEvent event(std::string_view uri, std::uint16_t port,
                                             std::string_view message, std::size_t id) {
    return {.body = {message.begin(), message.end()},
            .headers = wit::http_gateway::Headers(id),
            .path = std::string(uri),
            .method = std::to_string(port)};
  }

  static const Certificates& certificates() {
    static const Certificates kCertificates;
    return kCertificates;
  }

  NameServer names;
  const TemporaryDirectory home;
  net::OutboundOptions options;
  std::string_view guest = "fetch";  // Or "wasi_fetch", which understands the same events.
};

}  // namespace hermes::testing
