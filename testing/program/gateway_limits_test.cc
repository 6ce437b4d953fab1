// What the built program takes from its clients, and no more.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/gateway_app.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;

// An engine of these apps, with these settings.
HermesProgram engine_of(const AppFolder& app, std::string_view settings,
                        std::vector<std::string> others = {}) {
  app.write("hermes.toml", settings);
  std::vector<std::string> arguments = {"run", app.path()};
  for (auto& other : others) arguments.push_back(std::move(other));
  arguments.insert(arguments.end(), {"--config", app.path() + "/hermes.toml"});
  return HermesProgram(std::move(arguments));
}

constexpr auto kHello = "GET /api/hello HTTP/1.1\r\nhost: hello.localhost\r\n\r\n";

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

TEST(GatewayLimits, HoldAnAppToItsRate) {
  const auto echo = app_of_guest("echo");
  auto hermes = engine_of(echo, "[http]\napp_rate = 3\n", {example_app("hello")});
  hermes.wait_for_app("hello");
  HttpClient client(hermes.port());
  HttpAnswer last;
  for (int i = 0; i < 50 && last.status != 429U; ++i) {
    last = client.exchange(get("echo", "/api"));
  }
  EXPECT_EQ(last.status, 429U);
  EXPECT_EQ(last.header("retry-after"), "1");
  EXPECT_EQ(client.exchange(kHello).status, 200U) << "another app has its own";
}

TEST(GatewayLimits, TellAClientWhenAnAppIsBusy) {
  const auto sleep = app_of_guest("sleep");
  auto hermes =
      engine_of(sleep, "[engine]\nworkers = 1\n[limits]\napp_calls = 1\napp_events = 1\n");
  hermes.wait_for_app("sleep");
  HttpClient runs(hermes.port());
  runs.send(get("sleep", "/api/20000"));
  hermes.process().line_with("asked to sleep");
  HttpClient waits(hermes.port());
  waits.send(get("sleep", "/api/20001"));
  while (hermes.ctl({"status", "-o", "json"}).output.find(R"("events":2,)") == std::string::npos) {
  }
  const auto refused = HttpClient(hermes.port()).exchange(get("sleep", "/api/1"));
  EXPECT_EQ(refused.status, 503U);
  EXPECT_EQ(refused.header("retry-after"), "1");
  runs.reset();
  waits.reset();
}

TEST(GatewayLimits, OfConnectionsAreForAllAndForEachClient) {
  const auto echo = app_of_guest("echo");
  for (const auto* setting : {"connections = 2\n", "connections_per_client = 2\n"}) {
    auto hermes = engine_of(echo, concat("[http]\naddress = \"127.0.0.1 ::1\"\n", setting));
    hermes.wait_for_app("echo");
    HttpClient one(hermes.port());
    HttpClient two(hermes.port());
    EXPECT_EQ(one.exchange(get("echo", "/api")).status, 200U);
    EXPECT_EQ(two.exchange(get("echo", "/api")).status, 200U);
    HttpClient three(hermes.port());
    EXPECT_EQ(three.receive().status, 503U);
    EXPECT_TRUE(three.is_closed());
    const auto other = run_program({"curl", "--silent", "--globoff", "--write-out", "%{http_code}",
                                    "--output", "/dev/null", "--header", "Host: echo.localhost",
                                    concat("http://[::1]:", hermes.port(), "/api")});
    const bool is_for_each = std::string_view(setting).starts_with("connections_per_client");
    EXPECT_EQ(other.output, is_for_each ? "200" : "503") << setting;
    EXPECT_EQ(one.exchange(get("echo", "/api")).status, 200U) << "who is there stays";
  }
}

TEST(GatewayLimits, EndAConnectionThatIsIdle) {
  const auto echo = app_of_guest("echo");
  auto hermes = engine_of(echo, "[http]\nidle_timeout_ms = 50\n");
  hermes.wait_for_app("echo");
  HttpClient client(hermes.port());
  EXPECT_EQ(client.exchange(get("echo", "/api")).status, 200U);
  EXPECT_TRUE(client.is_closed());
}

// They cost a connection each, and not the one worker.
TEST(GatewayLimits, ClientsThatAreSlowHoldNobodyUp) {
  const auto site = gateway_app("site", {}, "{}", R"(, "www": "www")");
  std::filesystem::create_directory(site.path() + "/www");
  site.write("www/large.bin", std::string(std::size_t{16} << 20, 'x'));
  auto hermes = engine_of(site, "[engine]\nworkers = 1\n", {example_app("hello")});
  hermes.wait_for_app("hello");
  std::vector<std::unique_ptr<HttpClient>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<HttpClient>(hermes.port()));
    slow.back()->send(get("site", "/large.bin"));
    EXPECT_EQ(slow.back()->receive(true).status, 200U) << "and it reads no more";
    slow.push_back(std::make_unique<HttpClient>(hermes.port()));
    slow.back()->send("GET /api/hello HTTP/1.1\r\nhost: hello.lo");
  }
  HttpClient client(hermes.port());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client.exchange(kHello).body, "hello");
  for (std::size_t i = 1; i < slow.size(); i += 2) {
    EXPECT_EQ(slow[i]->exchange("calhost\r\n\r\n").body, "hello") << "and each is answered";
  }
}

}  // namespace
}  // namespace hermes::testing
