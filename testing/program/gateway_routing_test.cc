// Which app and which of its modules answers a request to the built program.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/gateway_app.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

constexpr auto kRoutes = R"({"endpoints": [
    {"id": "all", "module": "sleep", "path": "/items.*", "methods": ["GET"]},
    {"id": "item", "module": "echo", "path": "/items/[0-9]+", "methods": ["GET", "PUT"]},
    {"id": "note", "module": "echo", "path": "/notes", "methods": ["POST"],
     "body_schema": {"type": "object", "required": ["text"], "additionalProperties": false,
                     "properties": {"text": {"type": "string", "maxLength": 5}}}}]})";

TEST(GatewayRouting, RoutesByTheManifest) {
  const auto routes = gateway_app("routes", {"echo", "sleep"}, kRoutes);
  HermesProgram hermes({"run", routes.path()});
  hermes.wait_for_app("routes");
  HttpClient client(hermes.port());
  EXPECT_THAT(client.exchange(get("routes", "/items/7")).body, HasSubstr(R"("path":"/items/7")"));
  EXPECT_EQ(client.exchange(get("routes", "/items/0x0")).body, "slept");
  const auto wrong_method = client.exchange(post("routes", "/items/7", "text/plain", "x"));
  EXPECT_EQ(wrong_method.status, 405U);
  EXPECT_EQ(wrong_method.header("allow"), "GET, HEAD, PUT");
  EXPECT_EQ(client.exchange(post("routes", "/notes", "text/plain", "x")).status, 415U);
  const auto wrong =
      client.exchange(post("routes", "/notes", "application/json", R"({"text": 1})"));
  EXPECT_EQ(wrong.status, 400U);
  EXPECT_THAT(wrong.body, HasSubstr("/text: expected a value of type \"string\""));
  EXPECT_THAT(
      client.exchange(post("routes", "/notes", "application/json", R"({"text": "a", "b": 1})"))
          .body,
      HasSubstr("/b: there must be no such member"));
  EXPECT_EQ(
      client.exchange(post("routes", "/notes", "application/json", R"({"text": "a"})")).status,
      200U);
  const auto unknown = client.exchange(get("other", "/"));
  EXPECT_EQ(unknown.status, 421U);
  EXPECT_THAT(unknown.body, HasSubstr("no application has the host 'other.localhost'"));
}

TEST(GatewayRouting, ShowsItsRoutes) {
  const auto routes = gateway_app("routes", {"echo", "sleep"}, kRoutes);
  const auto shown = hermes_command({"app", "routes", routes.path()});
  EXPECT_EQ(shown.code, 0) << shown.output;
  EXPECT_EQ(shown.output,
            "hosts\n"
            "  routes.localhost\n"
            "  routes.hermes.local\n"
            "endpoints, in the order in which they are asked\n"
            "  GET,PUT  /items/[0-9]+  → echo  (item)\n"
            "  POST  /notes  → echo  of application/json,*+json  with a schema  (note)\n"
            "  GET  /items.*  → sleep  (all)\n"
            "then\n"
            "  any  /api, /api/…  → echo,sleep, until one does not decline\n"
            "  404\n");
  const AppFolder wrong(R"({"name": "a", "version": "1.0.0", "modules": [], "http": {"x": 1}})");
  const auto told = hermes_command({"app", "routes", wrong.path()});
  EXPECT_EQ(told.code, 1);
  EXPECT_THAT(told.output, HasSubstr("/http/x: unknown member"));
}

TEST(GatewayRouting, TheOperatorChoosesTheDefaultApp) {
  const auto echo = app_of_guest("echo");
  echo.write("hermes.toml", "[http]\ndefault_app = \"echo\"\n");
  HermesProgram hermes({"run", echo.path(), "--config", echo.path() + "/hermes.toml"});
  hermes.wait_for_app("echo");
  HttpClient client(hermes.port());
  EXPECT_EQ(client.exchange("GET /api HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").status, 200U);
  EXPECT_EQ(client.exchange("GET /api HTTP/1.1\r\nhost: example.com\r\n\r\n").status, 421U);
}

// By name, by a name of its own, and by those that the manifest asks for.
TEST(GatewayRouting, KnowsAnAppByItsHosts) {
  const auto named = gateway_app("named", {"echo"}, "{}", R"(, "hostnames": ["shop.example"])");
  HermesProgram hermes({"run", named.path()});
  hermes.wait_for_app("named");
  HttpClient client(hermes.port());
  const auto status = [&](std::string_view host) {
    return client.exchange(concat("GET /api HTTP/1.1\r\nhost: ", host, "\r\n\r\n")).status;
  };
  for (const auto* host : {"named.localhost", "NAMED.localhost.", "named.hermes.local:80",
                           "shop.example", "SHOP.example:8443"}) {
    EXPECT_EQ(status(host), 200U) << host;
  }
  for (const auto* host : {"localhost", "example", "a.shop.example", "named", "127.0.0.1"}) {
    EXPECT_EQ(status(host), 421U) << host;
  }
}

// The guard answers to nothing, and hello to one path alone.
TEST(GatewayRouting, AsksModulesInTurnUntilOneDoesNotDecline) {
  const AppFolder turns(R"({"name": "turns", "version": "1.0.0", "www": "www", "modules": [
      {"component": "guard.wasm"}, {"component": "hello.wasm"}, {"component": "echo.wasm"}]})",
                        {"guard", "echo"});
  std::filesystem::copy_file(example_app("hello") + "/hello.wasm", turns.path() + "/hello.wasm");
  std::filesystem::create_directory(turns.path() + "/www");
  turns.write("www/page", "a file");
  HermesProgram hermes({"run", turns.path()});
  hermes.wait_for_app("turns");
  HttpClient client(hermes.port());
  EXPECT_EQ(client.exchange(get("turns", "/api/hello")).body, "hello");
  EXPECT_THAT(client.exchange(get("turns", "/api/other")).body,
              HasSubstr(R"("path":"/api/other")"));
  EXPECT_EQ(client.exchange(get("turns", "/page")).body, "a file");
  EXPECT_EQ(client.exchange(get("turns", "/apis")).status, 404U);
}

TEST(GatewayRouting, AnEndpointTakesTheTypesThatItNames) {
  const auto images = gateway_app("images", {"echo"},
                                  R"({"endpoints": [{"module": "echo", "path": "/image",
                                      "methods": ["POST"], "content_types": ["image/*"]}]})");
  HermesProgram hermes({"run", images.path()});
  hermes.wait_for_app("images");
  HttpClient client(hermes.port());
  EXPECT_EQ(client.exchange(post("images", "/image", "image/png", "x")).status, 200U);
  EXPECT_EQ(client.exchange(post("images", "/image", "text/plain", "x")).status, 415U);
  EXPECT_EQ(client.exchange(get("images", "/image")).status, 405U);
}

TEST(GatewayRouting, OtherOriginsMayReadWhatTheManifestSays) {
  const auto shared = gateway_app("shared", {"echo"},
                                  R"({"cors": {"origins": ["https://a.example"],
                                               "methods": ["PUT"], "headers": ["x-one"]}})");
  HermesProgram hermes({"run", shared.path()});
  hermes.wait_for_app("shared");
  HttpClient client(hermes.port());
  const auto before = client.exchange(
      "OPTIONS /api HTTP/1.1\r\nhost: shared.localhost\r\norigin: https://a.example\r\n"
      "access-control-request-method: PUT\r\naccess-control-request-headers: x-one\r\n\r\n");
  EXPECT_EQ(before.status, 204U);
  EXPECT_EQ(before.header("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(before.header("access-control-allow-methods"), "PUT");
  const auto read = client.exchange(get("shared", "/api", "origin: https://a.example\r\n"));
  EXPECT_EQ(read.header("access-control-allow-origin"), "https://a.example");
  const auto other = client.exchange(get("shared", "/api", "origin: https://b.example\r\n"));
  EXPECT_EQ(other.status, 200U);
  EXPECT_EQ(other.header("access-control-allow-origin"), "");
  EXPECT_THAT(client.exchange("OPTIONS /api HTTP/1.1\r\nhost: shared.localhost\r\n\r\n").body,
              HasSubstr(R"("method":"OPTIONS")"))
      << "what no browser asks is the module's";
}

}  // namespace
}  // namespace hermes::testing
