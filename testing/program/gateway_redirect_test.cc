// What modules have the built program fetch.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/gateway_app.h"
#include "testing/program/hermes_program.h"
#include "testing/servers/scripted_server.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(GatewayRedirect, FetchesWhatTheManifestAllows) {
  ScriptedServer server(answers(ok("from elsewhere")));
  const auto at = concat("http://127.0.0.1:", server.port());
  const auto relay =
      gateway_app("relay", {"redirect"}, concat(R"({"redirects": [")", at, R"(/v1/"]})"),
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

/// An app that has everything fetched from one server.
class Relay {
 public:
  explicit Relay(const ScriptedServer& server, std::string_view settings = "")
      : url_(concat("http://127.0.0.1:", server.port(), "/")),
        app_(gateway_app(
            "relay", {"redirect"}, concat(R"({"redirects": [")", url_, "\"]}"),
            concat(R"(, "permissions": ["outbound:127.0.0.1:)", server.port(), "\"]"))) {
    app_.write("hermes.toml", settings);
    hermes_ = std::make_unique<HermesProgram>(
        std::vector<std::string>{"run", app_.path(), "--config", app_.path() + "/hermes.toml"});
    hermes_->wait_for_app("relay");
  }

  HttpClient connect() { return HttpClient(hermes_->port()); }
  std::string request(std::string_view lines = {}) const {
    return concat("POST /api HTTP/1.1\r\nhost: relay.localhost\r\n", lines,
                  "content-length: ", url_.size(), "\r\n\r\n", url_);
  }

 private:
  const std::string url_;
  AppFolder app_;
  std::unique_ptr<HermesProgram> hermes_;
};

TEST(GatewayRedirect, RelaysWhatComesWithoutWhatIsOfTheConnection) {
  std::promise<void> is_heard;
  ScriptedServer server([&](Visitor& visitor) {
    visitor.request();
    visitor.send(
        "HTTP/1.1 203 Other\r\nTransfer-Encoding: chunked\r\nConnection: x-hop\r\nX-Hop: 1\r\n"
        "Keep-Alive: timeout=5\r\nStrict-Transport-Security: max-age=1\r\nX-End: 1\r\n\r\n"
        "5\r\nfirst\r\n");
    is_heard.get_future().wait();
    visitor.send("6\r\nsecond\r\n0\r\n\r\n");
    visitor.wait_for_end();
  });
  Relay relay(server);
  auto client = relay.connect();
  const auto head = client.exchange(relay.request(), true);
  EXPECT_EQ(head.status, 203U);
  EXPECT_EQ(head.header("x-end"), "1");
  for (const auto* name : {"x-hop", "keep-alive", "strict-transport-security"}) {
    EXPECT_EQ(head.header(name), "") << name;
  }
  EXPECT_EQ(client.chunk(), "first");
  is_heard.set_value();
  EXPECT_EQ(client.chunk(), "second");
  EXPECT_EQ(client.chunk(), "");
}

// A request that the gateway sent comes back to it.
TEST(GatewayRedirect, GoesInNoCircle) {
  std::promise<std::string> sent;
  ScriptedServer server([&](Visitor& visitor) {
    sent.set_value(visitor.request());
    visitor.send(ok("fetched"));
    visitor.wait_for_end();
  });
  Relay relay(server);
  EXPECT_EQ(relay.connect().exchange(relay.request("authorization: mine\r\n")).body, "fetched");
  const auto request = sent.get_future().get();
  EXPECT_THAT(request, AllOf(Not(HasSubstr("relay.localhost")), Not(HasSubstr("mine"))))
      << "nothing of the client but what it accepts";
  const auto via = request.substr(request.find("via: "));
  const auto line = via.substr(0, via.find("\r\n") + 2);
  EXPECT_EQ(relay.connect().exchange(relay.request(line)).status, 508U);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(GatewayRedirect, WaitsForAnAnswerOnlySoLong) {
  ScriptedServer server([](Visitor& visitor) {
    visitor.request();
    visitor.wait_for_end();
  });
  Relay relay(server, "[outbound]\nresponse_timeout_ms = 100\n");
  EXPECT_EQ(relay.connect().exchange(relay.request()).status, 504U);
}

}  // namespace
}  // namespace hermes::testing
