// Clients that go away before the built program has answered them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/http2_client.h"
#include "testing/http_client.h"
#include "testing/program/gateway_app.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The guest tells that it begins, and for how long it sleeps: the digits at the end of the path.
class GatewayDepartures : public ::testing::Test {
 protected:
  explicit GatewayDepartures(std::string_view settings = "")
      : app_(gateway_app("sleep", {"sleep"},
                         R"({"endpoints": [
                             {"module": "sleep", "path": "/kept/.*", "cancel_on_disconnect": false},
                             {"module": "sleep", "path": "/left/.*", "cancel_on_disconnect": true}
                         ]})")) {
    app_.write("hermes.toml", settings);
    hermes_ = std::make_unique<HermesProgram>(
        std::vector<std::string>{"run", app_.path(), "--config", app_.path() + "/hermes.toml"});
    hermes_->wait_for_app("sleep");
  }

  HttpClient connect() { return HttpClient(hermes_->port()); }
  std::string status() { return hermes_->ctl({"status", "-o", "json"}).output; }

  void wait_for_status(std::string_view text) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (status().find(text) == std::string::npos) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << status();
    }
  }

  static Http2Client::Fields request(std::string_view path) {
    return {{":method", "GET"},
            {":scheme", "http"},
            {":authority", "sleep.localhost"},
            {":path", std::string(path)}};
  }

  // Of a client that leaves as soon as the guest has begun.
  void leave(const std::string& request, std::string_view ms) {
    auto client = connect();
    client.send(request);
    hermes_->process().line_with(concat("asked to sleep ", ms, " ms"));
    client.reset();
  }

  AppFolder app_;
  std::unique_ptr<HermesProgram> hermes_;
};

TEST_F(GatewayDepartures, EndACallThatReadsAndNoOther) {
  leave(get("sleep", "/api/20001"), "20001");
  wait_for_status(R"("cancelled":1)");
  leave("HEAD /api/20002 HTTP/1.1\r\nhost: sleep.localhost\r\n\r\n", "20002");
  wait_for_status(R"("cancelled":2)");
  leave(post("sleep", "/left/20003", "text/plain", "x"), "20003");
  wait_for_status(R"("cancelled":3)");
  leave(get("sleep", "/kept/304"), "304");
  leave(post("sleep", "/api/305", "text/plain", "x"), "305");
  wait_for_status(R"("calls":0)");
  EXPECT_THAT(status(), HasSubstr(R"("cancelled":3)")) << "these ended by themselves";
}

TEST_F(GatewayDepartures, OfOneStreamEndItsCallAlone) {
  Http2Client client(hermes_->port());
  client.request(1, request("/api/20001"));
  client.request(3, request("/api/500"));
  hermes_->process().line_with("asked to sleep 20001 ms");
  hermes_->process().line_with("asked to sleep 500 ms");
  client.send(Http2Client::ResetStream, 0, 1, Http2Client::number(8, 4));
  EXPECT_EQ(client.answer(3).body, "slept");
  wait_for_status(R"("cancelled":1)");
}

TEST_F(GatewayDepartures, HalfAConnectionIsNone) {
  auto client = connect();
  client.send(get("sleep", "/api/300"));
  client.end();
  EXPECT_EQ(client.receive().body, "slept");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(GatewayDepartures, WithinARequestLeaveNothingOfIt) {
  auto client = connect();
  client.send(
      "POST /api/20001 HTTP/1.1\r\nhost: sleep.localhost\r\ncontent-length: 100000\r\n\r\nsome");
  client.reset();
  EXPECT_EQ(connect().exchange(get("sleep", "/api/1")).body, "slept");
  EXPECT_THAT(status(), HasSubstr(R"("calls":0)"));
  EXPECT_THAT(hermes_->process().output(), Not(HasSubstr("20001")));
}

class QueuedDepartures : public GatewayDepartures {
 protected:
  QueuedDepartures() : GatewayDepartures("[engine]\nworkers = 1\n[limits]\napp_calls = 1\n") {}
};

TEST_F(QueuedDepartures, WithdrawWhatHasNotBegun) {
  Http2Client client(hermes_->port());
  const auto leave = [&](std::uint32_t stream) {
    client.send(Http2Client::ResetStream, 0, stream, Http2Client::number(8, 4));
  };
  client.request(1, request("/api/20001"));
  hermes_->process().line_with("asked to sleep 20001 ms");
  client.request(3, request("/api/20002"));
  wait_for_status(R"("events":2,)");
  leave(3);
  client.send(Http2Client::Ping, 0, 0, "12345678");
  EXPECT_EQ(client.receive().type, Http2Client::Ping) << "what came before has been heard";
  leave(1);
  client.request(5, request("/api/1"));
  EXPECT_EQ(client.answer(5).body, "slept");
  EXPECT_THAT(hermes_->process().output(), Not(HasSubstr("20002")));
}

// A module of wasi:http takes the body as it comes, and its call ends with the client.
TEST(GatewayUploads, ThatAreGivenUpEndTheirCall) {
  const auto app = app_of_guest("incoming");
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("incoming");
  const auto wait_for = [&](std::string_view text) {
    while (hermes.ctl({"status", "-o", "json"}).output.find(text) == std::string::npos) {
    }
  };
  HttpClient client(hermes.port());
  client.send(
      "POST /count HTTP/1.1\r\nhost: incoming.localhost\r\ncontent-length: 1000000\r\n\r\n");
  client.send(std::string(500'000, 'x'));
  wait_for(R"("calls":1)");
  client.reset();
  wait_for(R"("calls":0)");
  EXPECT_EQ(HttpClient(hermes.port())
                .exchange("POST /count HTTP/1.1\r\nhost: incoming.localhost\r\n"
                          "content-length: 3\r\n\r\nxyz")
                .body,
            "3");
}

}  // namespace
}  // namespace hermes::testing
