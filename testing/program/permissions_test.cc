// What an app does without the permission for it, its guests and the engine for them: each use is
// an error that names the permission, and the log has said so when the app was loaded.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/program/gateway_app.h"
#include "testing/program/hermes_program.h"
#include "testing/servers/scripted_server.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Permissions : public ::testing::Test {
 protected:
  std::string here() const { return concat("127.0.0.1:", server_.port()); }

  /// Nobody has come.
  void expect_no_visitor() const { EXPECT_EQ(server_.connections(), 0U); }

  const ScriptedServer server_{answers(ok("x"))};
};

TEST_F(Permissions, ToBeWokenAtTimes) {
  const auto app = app_of_guest("cron_script");
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("cron-script");
  EXPECT_THAT(hermes.process().line_with("which need the permission 'cron'"),
              AllOf(HasSubstr("hermes:cron/api#add"), HasSubstr("hermes:cron/api#delay")));
  EXPECT_EQ(hermes.curl("cron-script", "/api/add", {"--data", "* * * * *\na\nagain"}).status, 502);
  hermes.process().line_with("add: app 'local:cron-script' lacks the permission 'cron'");
  EXPECT_EQ(hermes.curl("cron-script", "/api/delay", {"--data", "1000000\na"}).status, 502);
  hermes.process().line_with("delay: app 'local:cron-script' lacks the permission 'cron'");
}

TEST_F(Permissions, ToEndTheEngine) {
  const auto app = app_of_guest("every", R"(, "permissions": ["cron"])");
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("every");
  hermes.process().line_with("hermes:init/api#done, which needs the permission 'shutdown'");
  EXPECT_EQ(hermes.curl("every", "/api/done").status, 502);
  hermes.process().line_with("done: app 'local:every' lacks the permission 'shutdown'");
}

TEST_F(Permissions, ToAskOtherHosts) {
  const auto app =
      app_of_guest("every", R"(, "permissions": ["cron", "ipfs", "outbound:127.0.0.1:1"])");
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("every");
  const auto where = concat("http://127.0.0.1 ", server_.port());
  EXPECT_EQ(hermes.curl("every", "/api/works", {"--data", where}).status, 200);
  const auto error = concat(here(), ": the app lacks the permission outbound:", here());
  hermes.process().line_with(concat("http_request app=local:every module=every: http://", error));
  hermes.process().line_with(concat("wasi app=local:every module=every: ", error));
  expect_no_visitor();
}

TEST_F(Permissions, ToHaveOtherHostsAskedByTheGateway) {
  const auto url = concat("http://", here(), "/");
  const auto app = gateway_app("relay", {"redirect"}, concat(R"({"redirects": [")", url, "\"]}"));
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("relay");
  EXPECT_EQ(hermes.curl("relay", "/api", {"--data", url}).status, 502);
  hermes.process().line_with(concat("the app lacks the permission outbound:", here()));
  expect_no_visitor();
}

TEST_F(Permissions, ToOpenSockets) {
  const auto app = app_of_guest("wasi_sockets", R"(, "permissions": ["udp:127.0.0.1:1"])");
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app("wasi-sockets");
  hermes.process().line_with("create-tcp-socket, which needs a permission 'tcp:host'");
  const auto to_server = concat("127.0.0.1 ", server_.port(), "\nhello");
  const auto ask = [&](std::string_view command) {
    return hermes.curl("wasi-sockets", concat("/api/", command), {"--data-binary", to_server}).body;
  };
  EXPECT_EQ(ask("tcp"), "create 1 ");
  hermes.process().line_with("a socket: the app lacks a permission tcp:host or tcp:host:port");
  EXPECT_EQ(ask("udp"), "send 1 ");
  hermes.process().line_with(concat("a socket: the app lacks the permission udp:", here()));
  expect_no_visitor();
}

}  // namespace
}  // namespace hermes::testing
