// The gateway of the built program, as operators see it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/gateway_app.h"
#include "testing/program/hermes_program.h"

namespace hermes::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

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

std::string content_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
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
  const auto text = content_of(file);
  const auto lines = split(text, '\n');
  ASSERT_GE(lines.size(), 2U) << text;
  EXPECT_THAT(lines[0], AllOf(HasSubstr(R"("component":"access")"), HasSubstr(R"("status":200)"),
                              HasSubstr(R"("app":"local:echo")"),
                              HasSubstr(R"("client":"127.0.0.1")"), HasSubstr(R"("method":"GET")"),
                              HasSubstr(R"(/api/a?b=\"c)"), HasSubstr(R"(test \"quoted\")"),
                              HasSubstr("4bf92f3577b34da6a3ce929d0e0e4736")));
  EXPECT_THAT(lines[1], AllOf(HasSubstr(R"("status":421)"), HasSubstr("none.localhost")));
}

TEST(GatewayOperation, LogsWhatTheServerRefuses) {
  const auto echo = app_of_guest("echo");
  const auto file = echo.path() + "/access.log";
  {
    HermesProgram hermes({"run", echo.path(), "--access-log", file});
    hermes.wait_for_app("echo");
    const auto ask = [&](std::string_view bytes) {
      return HttpClient(hermes.port()).exchange(bytes).status;
    };
    EXPECT_EQ(ask("GET /two HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400U);
    EXPECT_EQ(ask(concat("GET /", std::string(40'000, 'x'), " HTTP/1.1\r\n\r\n")), 414U);
    EXPECT_EQ(ask("PUT /odd HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"), 501U);
    hermes.process().signal(SIGTERM);
    EXPECT_EQ(hermes.process().wait(), 0);
  }
  const auto text = content_of(file);
  for (const std::string_view line : {"GET /two 400", " 414 ", "PUT /odd 501"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, HasSubstr(R"("client":"127.0.0.1")"));
}

// What logrotate does.
TEST(GatewayOperation, GoesOnInAnotherFileWhenTheLogWasMoved) {
  const auto echo = app_of_guest("echo");
  const auto file = echo.path() + "/access.log";
  HermesProgram hermes({"run", echo.path(), "--access-log", file});
  hermes.wait_for_app("echo");
  HttpClient client(hermes.port());
  EXPECT_EQ(client.exchange(get("echo", "/api/before")).status, 200U);
  std::filesystem::rename(file, file + ".1");
  hermes.process().signal(SIGHUP);
  hermes.process().line_with("the configuration was read");
  EXPECT_EQ(client.exchange(get("echo", "/api/after")).status, 200U);
  hermes.process().signal(SIGTERM);
  EXPECT_EQ(hermes.process().wait(), 0);
  EXPECT_THAT(content_of(file + ".1"),
              AllOf(HasSubstr("/api/before"), Not(HasSubstr("/api/after"))));
  EXPECT_THAT(content_of(file), AllOf(HasSubstr("/api/after"), Not(HasSubstr("/api/before"))));
}

// One that does not start is left out, and keeps nobody waiting for ever.
TEST(GatewayOperation, IsReadyOnceAllAppsHaveHadTheirTurn) {
  const auto slow = app_of_guest("init_loop", R"(, "limits": {"cpu_ms": 3000})");
  HermesProgram hermes({"run", slow.path(), example_app("hello")});
  HttpClient client(hermes.port());
  const auto status = [&](std::string_view probe) {
    return client
        .exchange(concat("GET /.well-known/hermes/", probe, " HTTP/1.1\r\nhost: a\r\n\r\n"))
        .status;
  };
  EXPECT_EQ(status("live"), 200U);
  EXPECT_EQ(status("ready"), 503U);
  hermes.process().line_with("'init-loop'");
  hermes.wait_for_app("hello");
  while (status("ready") != 200U) continue;
}

}  // namespace
}  // namespace hermes::testing
