// Whom an app's authenticator lets pass, in the built program.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

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
using ::testing::Not;

TEST(GatewayAuthentication, JudgesBeforeAnythingIsAnswered) {
  const auto guarded =
      gateway_app("guarded", {"echo", "guard"},
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

// The guard tells each time that it is asked.
TEST(GatewayAuthentication, KeepsAVerdictAsLongAsTheManifestSays) {
  const auto ask_twice = [](std::string_view cache) {
    const auto guarded =
        gateway_app("guarded", {"echo", "guard"},
                    concat(R"({"auth": {"module": "guard", "api": "required")", cache, "}}"));
    HermesProgram hermes({"run", guarded.path()});
    hermes.wait_for_app("guarded");
    HttpClient client(hermes.port());
    for (const auto* who : {"ada", "ada", "eve", "no", "no"}) {
      const auto status =
          client.exchange(get("guarded", "/api", concat("authorization: ", who, "\r\n"))).status;
      EXPECT_EQ(status, std::string_view(who) == "no" ? 403U : 200U) << who;
    }
    hermes.process().signal(SIGTERM);
    hermes.process().wait();
    const auto output = hermes.process().output();
    constexpr std::string_view kAsked = "asked to judge";
    int times = 0;
    for (auto at = output.find(kAsked); at != output.npos; at = output.find(kAsked, at + 1)) {
      ++times;
    }
    return times;
  };
  EXPECT_EQ(ask_twice(""), 5);
  EXPECT_EQ(ask_twice(R"(, "cache": {"seconds": 3600, "headers": ["authorization"]})"), 4)
      << "only who passed is remembered";
}

}  // namespace
}  // namespace hermes::testing
