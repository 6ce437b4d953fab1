// Limits of requests to other hosts, by guests and by the gateway for them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/program/gateway_app.h"
#include "testing/program/refusals_fixture.h"
#include "testing/servers/scripted_server.h"

namespace hermes::testing {
namespace {

using ::testing::EndsWith;

constexpr auto kMayAsk = R"(, "permissions": ["cron", "outbound:127.0.0.1"])";
constexpr auto kTooMany = "error 11";  // connection-limit-reached

class OutboundRefusals : public RefusalsFixture {
 protected:
  static ScriptedServer::Script is_silent() {
    return [](Visitor& visitor) { visitor.wait_for_end(); };
  }
  static ScriptedServer::Script sends(std::size_t bytes) {
    return answers(ok(std::string(bytes, 'x')));
  }

  // By hermes:http-request, of the app that calls every interface.
  void send(const ScriptedServer& server) {
    ask("/works", concat("http://127.0.0.1 ", server.port()));
  }
};

TEST_F(OutboundRefusals, OfRequestsUnderWay) {
  const ScriptedServer silent(is_silent());
  const auto app = app_of_guest("wasi_many", kMayAsk);
  start(app, "wasi-many", "[outbound]\nrequests = 2\n");
  EXPECT_EQ(tell("/", concat(silent.port(), " 3 0")), kTooMany);
  expect_refused("requests", 1, "the app has too many requests under way");
}

TEST_F(OutboundRefusals, OfBodiesThatACallHasWaiting) {
  const ScriptedServer silent(is_silent());
  const auto app = app_of_guest("wasi_many", kMayAsk);
  start(app, "wasi-many", "[outbound]\nrequests = 1000\n");
  EXPECT_EQ(tell("/", concat(silent.port(), " 230 0")), kTooMany);
  expect_refused("http_streams", 230 - 227, "a request of wasi:http was refused");
}

TEST_F(OutboundRefusals, OfBodiesThatStream) {
  const ScriptedServer server(sends(60'000));
  const ScriptedServer in_chunks([](Visitor& visitor) {
    visitor.request();
    visitor.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n");
    visitor.send(concat(std::string(20'000, 'x'), "\r\nea60\r\n"));
    visitor.send(concat(std::string(60'000, 'x'), "\r\n0\r\n\r\n"));
    visitor.wait_for_end();
  });
  const auto app = app_of_guest("wasi_many", kMayAsk);
  start(app, "wasi-many", "[outbound]\nstream_bytes = 50000\n");
  EXPECT_EQ(tell("/", concat(server.port(), " 1 60000")), "error 17") << "HTTP-request-body-size";
  expect_refused("request_bytes", 1, "the body of the request is too large");
  EXPECT_EQ(tell("/", concat(server.port(), " 1 0")), "error 28") << "HTTP-response-body-size";
  expect_refused("response_bytes", 1, "the body of the response is too large");
  EXPECT_THAT(tell("/", concat(in_chunks.port(), " 1 0")), EndsWith("bytes of more"));
  EXPECT_EQ(refused("response_bytes"), 2);
}

TEST_F(OutboundRefusals, OfWholeRequestsAndResponses) {
  const ScriptedServer server(sends(2'000));
  const auto app = app_of_guest("every", kMayAsk);
  start(app, "every", "[outbound]\nresponse_bytes = 1000\n");
  send(server);
  hermes_->process().line_with("response 7: 0 bytes");
  expect_refused("response_bytes", 1, "the body of the response is too large");
}

TEST_F(OutboundRefusals, OfWhatTheGatewayFetches) {
  const ScriptedServer server(sends(60'000));
  const auto url = concat("http://127.0.0.1:", server.port(), "/");
  const auto app =
      gateway_app("relay", {"redirect"}, concat(R"({"redirects": [")", url, "\"]}"), kMayAsk);
  start(app, "relay", "[outbound]\nstream_bytes = 50000\n");
  EXPECT_EQ(ask("/", url).status, 502);
  expect_refused("response_bytes", 1, "the body of the response is too large");
}

}  // namespace
}  // namespace hermes::testing
