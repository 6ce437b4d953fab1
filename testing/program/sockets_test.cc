// Sockets of guests in the built program: whom they reach, as manifest and configuration say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/servers/scripted_server.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr auto kApp = "wasi-sockets";
constexpr auto kDenied = "connect 1 ";  // The number of access-denied.

class Sockets : public ::testing::Test {
 protected:
  static std::string connect(HermesProgram& hermes, std::uint16_t port) {
    return hermes.curl(kApp, "/api/tcp", {"--data-binary", concat("127.0.0.1 ", port, "\nhello")})
        .body;
  }
  static ScriptedServer::Script echoes() {
    return [](Visitor& visitor) { visitor.send(concat("got ", visitor.rest())); };
  }
  static std::string asking(std::string_view permission) {
    return concat(R"(, "permissions": [")", permission, "\"]");
  }

  const ScriptedServer server_{echoes()};
  const ScriptedServer other_{echoes()};
};

TEST_F(Sockets, ReachWhatTheManifestNames) {
  const auto app = app_of_guest("wasi_sockets", asking(concat("tcp:127.0.0.1:", server_.port())));
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app(kApp);
  EXPECT_EQ(connect(hermes, server_.port()), "got hello");
  EXPECT_EQ(connect(hermes, other_.port()), kDenied);
  EXPECT_EQ(other_.connections(), 0U);
  hermes.process().line_with(
      concat("a socket: the app lacks the permission tcp:127.0.0.1:", other_.port()));
}

TEST_F(Sockets, AreRefusedToAnAppThatDoesNotAsk) {
  const auto app = app_of_guest("wasi_sockets");
  HermesProgram hermes({"run", app.path()});
  hermes.wait_for_app(kApp);
  EXPECT_THAT(hermes.process().line_with("which needs a permission 'tcp:host'"),
              AllOf(HasSubstr("INFO"), HasSubstr("module=wasi_sockets"),
                    HasSubstr("imports wasi:sockets/tcp-create-socket#create-tcp-socket"),
                    HasSubstr("for which its app.json does not ask")));
  EXPECT_EQ(connect(hermes, server_.port()), "create 1 ");
  EXPECT_EQ(server_.connections(), 0U);
}

TEST_F(Sockets, ReachLessWhereTheOperatorGrantsLess) {
  const auto app = app_of_guest("wasi_sockets", asking("tcp:127.0.0.1"));
  app.write("hermes.toml", concat("[apps.\"local:wasi-sockets\"]\npermissions = [\"tcp:127.0.0.1:",
                                  server_.port(), "\"]\n"));
  HermesProgram hermes({"run", app.path(), "--config", concat(app.path(), "/hermes.toml")});
  hermes.wait_for_app(kApp);
  EXPECT_EQ(connect(hermes, server_.port()), "got hello");
  EXPECT_EQ(connect(hermes, other_.port()), kDenied);

  app.write("hermes.toml", "[apps.\"local:wasi-sockets\"]\npermissions = []\n");
  EXPECT_EQ(hermes.ctl({"reload-config"}).code, 0);
  EXPECT_EQ(hermes.ctl({"reload", kApp}).code, 0);
  EXPECT_THAT(
      hermes.process().line_with("which needs a permission 'tcp:host': the app asks for it"),
      AllOf(HasSubstr("WARN"), HasSubstr("module=wasi_sockets"),
            HasSubstr(R"([apps."local:wasi-sockets"] permissions = ["tcp:127.0.0.1"])")));
  EXPECT_EQ(connect(hermes, server_.port()), "create 1 ");
  EXPECT_EQ(other_.connections(), 0U);
}

TEST_F(Sockets, ThatWaitHoldNoWorker) {
  std::promise<void> answer;
  const ScriptedServer silent([&](Visitor& visitor) {
    answer.get_future().wait();
    visitor.send("late");
  });
  const auto app = app_of_guest("wasi_sockets", asking("tcp:127.0.0.1"));
  HermesProgram hermes({"run", app.path(), "--workers", "1"});
  hermes.wait_for_app(kApp);
  auto waiting = std::async(std::launch::async, [&] { return connect(hermes, silent.port()); });
  for (int i = 0; i < 5; ++i) EXPECT_EQ(connect(hermes, server_.port()), "got hello");
  answer.set_value();
  EXPECT_EQ(waiting.get(), "late");
}

}  // namespace
}  // namespace hermes::testing
