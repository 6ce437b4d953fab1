// Limits of requests and responses, as clients meet them.

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/program/gateway_app.h"
#include "testing/program/refusals_fixture.h"

namespace hermes::testing {
namespace {

class HttpRefusals : public RefusalsFixture {
 protected:
  void start_echo(std::string_view http) { start(echo_, "echo", concat("[http]\n", http)); }

 private:
  const AppFolder echo_ = app_of_guest("echo");
};

TEST_F(HttpRefusals, OfHeaders) {
  start_echo("header_bytes = 1000\nheader_timeout_ms = 200\n");
  const std::string text(2'000, 'x');
  EXPECT_EQ(connect().exchange(get("echo", "/", concat("long: ", text, "\r\n"))).status, 431U);
  expect_refused_in_all("http_header", 1, "its headers are larger than they may be");
  EXPECT_EQ(connect().exchange(get("echo", concat("/", text))).status, 414U);
  expect_refused_in_all("http_target", 1, "its target is longer than it may be");
  EXPECT_EQ(connect().exchange("GET / HTTP/1.1\r\nHost:").status, 408U);
  expect_refused_in_all("http_time", 1, "it came too slowly");
}

TEST_F(HttpRefusals, OfBodies) {
  start_echo("body_bytes = 1000\nbody_timeout_ms = 200\n");
  EXPECT_EQ(ask("/", std::string(1'001, 'x')).status, 413);
  expect_refused("http_body", 1, "its body is larger than it may be");
  EXPECT_EQ(connect()
                .exchange("POST /api HTTP/1.1\r\nhost: echo.localhost\r\n"
                          "content-length: 10\r\n\r\nhalf")
                .status,
            408U);
  expect_refused("http_time", 1, "it came too slowly");
}

TEST_F(HttpRefusals, OfBodiesThatAreCollectedAtOnce) {
  const auto app = app_of_guest("echo");
  constexpr auto kMost = std::uintmax_t{256} << 20;
  std::ofstream(app.path() + "/large").close();
  std::filesystem::resize_file(app.path() + "/large", kMost + 1);  // Of zeros, which are not there.
  start(app, "echo", "[http]\nbody_bytes = 300000000\n");
  EXPECT_EQ(hermes_->curl("echo", "/api", {"--upload-file", app.path() + "/large"}).status, 503);
  expect_refused("http_bodies", 1, "as many bodies are under way as may be");
}

TEST_F(HttpRefusals, OfResponses) {
  start_echo("response_bytes = 1000\n");
  EXPECT_EQ(ask("/", std::string(2'000, 'x')).status, 502);
  expect_refused("http_response", 1, "its body is larger than the gateway passes on");
}

TEST_F(HttpRefusals, OfRequestsOfAnAppThatAreTooMany) {
  start_echo("app_rate = 1\n");
  auto client = connect();
  while (client.exchange(get("echo", "/api")).status == 200U) continue;
  expect_refused("http_rate", 1, "there are more of them than may be");
}

TEST_F(HttpRefusals, OfConnections) {
  start_echo("connections_per_client = 2\n");
  auto first = connect();
  auto second = connect();
  EXPECT_EQ(first.exchange(get("echo", "/api/")).status, 200U);
  EXPECT_EQ(second.exchange(get("echo", "/api/")).status, 200U);
  EXPECT_EQ(connect().exchange(get("echo", "/api/")).status, 503U);
  expect_refused_in_all("http_connections", 1, "a connection was refused");
}

}  // namespace
}  // namespace hermes::testing
