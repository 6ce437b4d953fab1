// The gateway of the built program, as clients and operators see it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/servers/scripted_server.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// An app whose modules are the guests named, with this section "http" and other members.
AppFolder app(std::string_view name, std::initializer_list<std::string_view> guests,
              std::string_view http, std::string_view more = {}) {
  std::string modules;
  for (const auto guest : guests) {
    modules += concat(modules.empty() ? "" : ", ", R"({"component": ")", guest, R"(.wasm"})");
  }
  return AppFolder(concat(R"({"name": ")", name, R"(", "version": "1.0.0", "modules": [)", modules,
                          R"(], "http": )", http, more, "}"),
                   guests);
}

std::string get(std::string_view app, std::string_view path, std::string_view lines = {}) {
  return concat("GET ", path, " HTTP/1.1\r\nhost: ", app, ".localhost\r\n", lines, "\r\n");
}

std::string post(std::string_view app, std::string_view path, std::string_view type,
                 std::string_view body) {
  return concat("POST ", path, " HTTP/1.1\r\nhost: ", app, ".localhost\r\ncontent-type: ", type,
                "\r\ncontent-length: ", body.size(), "\r\n\r\n", body);
}

// ---- Routing.

constexpr auto kRoutes = R"({"endpoints": [
    {"id": "all", "module": "sleep", "path": "/items.*", "methods": ["GET"]},
    {"id": "item", "module": "echo", "path": "/items/[0-9]+", "methods": ["GET", "PUT"]},
    {"id": "note", "module": "echo", "path": "/notes", "methods": ["POST"],
     "body_schema": {"type": "object", "required": ["text"], "additionalProperties": false,
                     "properties": {"text": {"type": "string", "maxLength": 5}}}}]})";

TEST(Gateway, RoutesByTheManifest) {
  const auto routes = app("routes", {"echo", "sleep"}, kRoutes);
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

TEST(Gateway, ShowsItsRoutes) {
  const auto routes = app("routes", {"echo", "sleep"}, kRoutes);
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

TEST(Gateway, TheOperatorChoosesTheDefaultApp) {
  const auto echo = app_of_guest("echo");
  echo.write("hermes.toml", "[http]\ndefault_app = \"echo\"\n");
  HermesProgram hermes({"run", echo.path(), "--config", echo.path() + "/hermes.toml"});
  hermes.wait_for_app("echo");
  HttpClient client(hermes.port());
  EXPECT_EQ(client.exchange("GET /api HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").status, 200U);
  EXPECT_EQ(client.exchange("GET /api HTTP/1.1\r\nhost: example.com\r\n\r\n").status, 421U);
}

// ---- Files.

class GatewayFiles : public ::testing::Test {
 protected:
  GatewayFiles()
      : app_(app("site", {},
                 R"({"files": {"fallback": "index.html",
                     "cache": [{"path": "/assets/.*", "value": "public, max-age=60"}],
                     "headers": {"content-security-policy": "default-src 'self'"}}})",
                 R"(, "www": "www")")) {
    std::filesystem::create_directories(app_.path() + "/www/assets");
    app_.write("www/index.html", "<h1>home</h1>");
    app_.write("www/404.html", "<h1>lost</h1>");
    app_.write("www/assets/app.js", "plain();");
    app_.write("www/assets/app.js.br", "brotli");
    for (int i = 0; i < 300'000; ++i) large_ += static_cast<char>('a' + i * 7 % 26);
    app_.write("www/large.bin", large_);
    app_.write("secret.txt", "secret");
    hermes_ = std::make_unique<HermesProgram>(std::vector<std::string>{"run", app_.path()});
    hermes_->wait_for_app("site");
    client_ = std::make_unique<HttpClient>(hermes_->port());
  }

  HttpAnswer ask(std::string_view path, std::string_view lines = {}) {
    return client_->exchange(get("site", path, lines));
  }

  AppFolder app_;
  std::string large_;
  std::unique_ptr<HermesProgram> hermes_;
  std::unique_ptr<HttpClient> client_;
};

TEST_F(GatewayFiles, AreServedWithWhatABrowserNeeds) {
  const auto home = ask("/");
  EXPECT_EQ(home.body, "<h1>home</h1>");
  EXPECT_EQ(home.header("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(home.header("content-security-policy"), "default-src 'self'");
  EXPECT_EQ(home.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(ask("/", concat("if-none-match: ", home.header("etag"), "\r\n")).status, 304U);
  const auto script = ask("/assets/app.js", "accept-encoding: gzip, br\r\n");
  EXPECT_EQ(script.body, "brotli");
  EXPECT_EQ(script.header("content-encoding"), "br");
  EXPECT_EQ(script.header("cache-control"), "public, max-age=60");
  EXPECT_EQ(ask("/assets").status, 308U);
  EXPECT_EQ(ask("/none", "accept: text/html\r\n").body, "<h1>home</h1>");
  const auto lost = ask("/none.js");
  EXPECT_EQ(lost.status, 404U);
  EXPECT_EQ(lost.body, "<h1>lost</h1>");
}

TEST_F(GatewayFiles, ComeInRanges) {
  EXPECT_EQ(ask("/large.bin").body, large_);
  const auto one = ask("/large.bin", "range: bytes=100000-299999\r\n");
  EXPECT_EQ(one.status, 206U);
  EXPECT_EQ(one.header("content-range"), "bytes 100000-299999/300000");
  EXPECT_EQ(one.body, large_.substr(100'000, 200'000));
  EXPECT_EQ(ask("/large.bin", "range: bytes=-5\r\n").body, large_.substr(299'995));
  EXPECT_EQ(ask("/large.bin", "range: bytes=300000-\r\n").status, 416U);
  const auto several = ask("/large.bin", "range: bytes=0-9,200000-299999\r\n");
  EXPECT_EQ(several.status, 206U);
  EXPECT_THAT(several.header("content-type"), StartsWith("multipart/byteranges; boundary="));
  EXPECT_THAT(several.body, AllOf(HasSubstr("content-range: bytes 0-9/300000"),
                                  HasSubstr(concat("\r\n\r\n", large_.substr(0, 10), "\r\n--")),
                                  HasSubstr(large_.substr(200'000))));
  const auto head = client_->exchange(
      "HEAD /large.bin HTTP/1.1\r\nhost: site.localhost\r\nrange: bytes=0-9\r\n\r\n", true);
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.header("content-length"), "300000");
  EXPECT_EQ(ask("/").body, "<h1>home</h1>") << "the connection is in step";
}

TEST_F(GatewayFiles, StayInTheirDirectory) {
  for (const auto* path :
       {"/../secret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt", "//secret.txt", "/assets/%2e%2e/%2e%2e/app.json",
        "/..%5csecret.txt", "/%00", "/index.html%00.js"}) {
    const auto answered = ask(path);
    EXPECT_EQ(answered.status, 404U) << path;
    EXPECT_THAT(answered.body, Not(HasSubstr("secret"))) << path;
  }
  EXPECT_EQ(ask("/%zz").status, 400U);
}

TEST_F(GatewayFiles, AreNewAtOnce) {
  const auto before = ask("/");
  app_.write("www/index.html", "<h1>HOME</h1>");
  const auto after = ask("/", concat("if-none-match: ", before.header("etag"), "\r\n"));
  EXPECT_EQ(after.status, 200U);
  EXPECT_EQ(after.body, "<h1>HOME</h1>");
}

// ---- Authentication.

TEST(GatewayAuthentication, JudgesBeforeAnythingIsAnswered) {
  const auto guarded = app("guarded", {"echo", "guard"},
                           R"({"auth": {"module": "guard", "api": "required", "files": "optional"},
                               "endpoints": [{"module": "echo", "path": "/open"}]})",
                           R"(, "www": "www", "limits": {"cpu_ms": 100})");
  std::filesystem::create_directory(guarded.path() + "/www");
  guarded.write("www/index.html", "home");
  HermesProgram hermes({"run", guarded.path()});
  hermes.wait_for_app("guarded");
  HttpClient client(hermes.port());
  const auto ask = [&](std::string_view path, std::string_view who) {
    return client.exchange(get("guarded", path, concat("authorization: ", who, "\r\n")));
  };
  EXPECT_THAT(ask("/api", "ada").body, HasSubstr(R"(["x-hermes-user",["ada"]])"));
  EXPECT_THAT(client.exchange(get("guarded", "/open", "x-hermes-user: ada\r\n")).body,
              Not(HasSubstr("x-hermes-user")))
      << "a client cannot say so itself";
  const auto refused = ask("/api", "no");
  EXPECT_EQ(refused.status, 403U);
  EXPECT_EQ(refused.header("x-guard"), "no");
  EXPECT_EQ(refused.body, "forbidden by the guard");
  EXPECT_EQ(ask("/api", "nobody").status, 401U);
  EXPECT_EQ(client.exchange(get("guarded", "/api")).status, 401U);
  EXPECT_EQ(ask("/api", "trap").status, 502U);
  EXPECT_EQ(ask("/api", "loop").status, 504U);
  EXPECT_EQ(ask("/", "nobody").body, "home");
  EXPECT_EQ(ask("/", "no").status, 403U);
  EXPECT_EQ(ask("/", "trap").status, 502U) << "who cannot be judged does not pass";
  EXPECT_EQ(ask("/", "loop").status, 504U);
}

// ---- Internal redirects.

TEST(GatewayRedirect, FetchesWhatTheManifestAllows) {
  ScriptedServer server(answers(ok("from elsewhere")));
  const auto at = concat("http://127.0.0.1:", server.port());
  const auto relay = app("relay", {"redirect"}, concat(R"({"redirects": [")", at, R"(/v1/"]})"),
                         concat(R"(, "permissions": ["outbound:127.0.0.1:)", server.port(), "\"]"));
  HermesProgram hermes({"run", relay.path()});
  hermes.wait_for_app("relay");
  HttpClient client(hermes.port());
  const auto fetch = [&](std::string_view url) {
    return client.exchange(post("relay", "/api", "text/plain", url));
  };
  const auto fetched = fetch(at + "/v1/a");
  EXPECT_EQ(fetched.status, 200U);
  EXPECT_EQ(fetched.body, "from elsewhere");
  for (const auto& url :
       {at + "/v2/a", at + "/v1/../v2/a", at + "/v1/%2e%2e/v2",
        std::string("http://127.0.0.1:1/v1/"), concat("http://localhost:", server.port(), "/v1/a"),
        std::string("http://169.254.169.254/v1/"), std::string("file:///etc/passwd")}) {
    const auto answered = fetch(url);
    EXPECT_EQ(answered.status, 502U) << url;
    EXPECT_THAT(answered.body, Not(HasSubstr("elsewhere")));
  }
  EXPECT_THAT(hermes.process().line_with("/v2/a"), HasSubstr("not among the 'redirects'"));
  EXPECT_EQ(server.connections(), 1U);
}

// ---- Limits and operation.

TEST(GatewayLimits, HoldAClientToItsRate) {
  const auto echo = app_of_guest("echo");
  echo.write("hermes.toml", "[http]\nclient_rate = 3\ntrusted_proxies = \"127.0.0.1\"\n");
  HermesProgram hermes({"run", echo.path(), "--config", echo.path() + "/hermes.toml"});
  hermes.wait_for_app("echo");
  HttpClient client(hermes.port());
  int passed = 0;
  HttpAnswer last;
  for (int i = 0; i < 50; ++i) {
    last = client.exchange(get("echo", "/api", "x-forwarded-for: 203.0.113.7\r\n"));
    passed += last.status == 200U;
  }
  EXPECT_GE(passed, 3);
  EXPECT_LT(passed, 50);
  EXPECT_EQ(last.status, 429U);
  EXPECT_EQ(last.header("retry-after"), "1");
  EXPECT_THAT(client.exchange(get("echo", "/api", "x-forwarded-for: 203.0.113.8\r\n")).body,
              HasSubstr(R"(["x-hermes-client-address",["203.0.113.8"]])"));
}

TEST(GatewayLimits, CancelACallThatNobodyWaitsFor) {
  const auto sleep = app("sleep", {"sleep"},
                         R"({"endpoints": [{"module": "sleep", "path": "/kept/[0-9]+",
                             "cancel_on_disconnect": false}]})");
  HermesProgram hermes({"run", sleep.path()});
  hermes.wait_for_app("sleep");
  const auto status = [&] { return hermes.ctl({"status", "-o", "json"}).output; };
  const auto wait_for_no_call = [&] {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (status().find(R"("calls":0)") == std::string::npos) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << status();
    }
  };
  HttpClient gone(hermes.port());
  gone.send(get("sleep", "/api/20000"));
  hermes.process().line_with("asked to sleep");
  EXPECT_THAT(status(), HasSubstr(R"("calls":1)"));
  gone.reset();
  wait_for_no_call();
  EXPECT_THAT(status(), HasSubstr(R"("cancelled":1)"));
  HttpClient kept(hermes.port());
  kept.send(get("sleep", "/kept/700"));
  hermes.process().line_with("asked to sleep");
  kept.reset();
  wait_for_no_call();
  EXPECT_THAT(status(), HasSubstr(R"("cancelled":1)")) << "it ended by itself";
}

TEST(GatewayOperation, TellsThatItLivesAndIsReady) {
  HermesProgram hermes({"run", example_app("hello")});
  hermes.wait_for_app("hello");
  HttpClient client(hermes.port());
  const auto probe = [&](std::string_view path) {
    return client.exchange(concat("GET ", path, " HTTP/1.1\r\nhost: 10.0.0.1\r\n\r\n"));
  };
  EXPECT_EQ(probe("/.well-known/hermes/live").status, 200U);
  while (probe("/.well-known/hermes/ready").status == 503U) continue;
  EXPECT_EQ(probe("/.well-known/hermes/ready").body, "200 OK: ready\n");
}

TEST(GatewayOperation, KeepsAnAccessLog) {
  const auto echo = app_of_guest("echo");
  const auto file = echo.path() + "/access.log";
  {
    HermesProgram hermes({"run", echo.path(), "--access-log", file, "--log-format", "json"});
    hermes.wait_for_app("echo");
    HttpClient client(hermes.port());
    const auto answered = client.exchange(
        get("echo", "/api/a?b=\"c",
            "user-agent: test \"quoted\"\r\n"
            "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"));
    EXPECT_THAT(answered.body,
                HasSubstr(R"(["traceparent",["00-4bf92f3577b34da6a3ce929d0e0e4736-)"));
    EXPECT_EQ(client.exchange(get("none", "/")).status, 421U);
    hermes.process().signal(SIGTERM);
    EXPECT_EQ(hermes.process().wait(), 0);
  }
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  const auto lines = split(text.view(), '\n');
  ASSERT_GE(lines.size(), 2U) << text.view();
  EXPECT_THAT(lines[0], AllOf(HasSubstr(R"("component":"access")"), HasSubstr(R"("status":200)"),
                              HasSubstr(R"("app":"local:echo")"),
                              HasSubstr(R"("client":"127.0.0.1")"), HasSubstr(R"("method":"GET")"),
                              HasSubstr(R"(/api/a?b=\"c)"), HasSubstr(R"(test \"quoted\")"),
                              HasSubstr("4bf92f3577b34da6a3ce929d0e0e4736")));
  EXPECT_THAT(lines[1], AllOf(HasSubstr(R"("status":421)"), HasSubstr("none.localhost")));
}

}  // namespace
}  // namespace hermes::testing
