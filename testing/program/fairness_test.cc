// What an app's weight is worth, by the CPU time that the engine accounts.

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "base/strings.h"
#include "testing/http_client.h"
#include "testing/program/app_folder.h"
#include "testing/program/hermes_program.h"
#include "testing/program/status.h"

namespace hermes::testing {
namespace {

AppFolder endless(std::string_view name) {
  return AppFolder(concat(R"({"name": ")", name, R"(", "version": "1.0.0",
                             "modules": [{"component": "loop.wasm"}]})"),
                   {"loop"});
}

TEST(Fairness, AnAppOfWeight4GetsFourTimesTheTimeOfOneOfWeight1) {
  const auto heavy = endless("heavy");
  const auto light = endless("light");
  heavy.write("hermes.toml",
              "[engine]\nworkers = 1\n[limits]\ncpu_ms = 60000\nwall_ms = 120000\n"
              "[apps.\"local:heavy\"]\nweight = 4\n[apps.\"local:light\"]\nweight = 1\n");
  HermesProgram hermes(
      {"run", heavy.path(), light.path(), "--config", heavy.path() + "/hermes.toml"});
  hermes.wait_for_app("light");
  HttpClient to_heavy(hermes.port());
  HttpClient to_light(hermes.port());
  to_heavy.send("GET /api/ HTTP/1.1\r\nHost: heavy.localhost\r\n\r\n");
  to_light.send("GET /api/ HTTP/1.1\r\nHost: light.localhost\r\n\r\n");

  constexpr std::int64_t kSettled = 50;
  constexpr std::int64_t kEnough = 400;
  const auto used = [&] {
    const Status status(hermes);
    return std::pair(status.of("heavy", "cpu_ms"), status.of("light", "cpu_ms"));
  };
  auto before = used();
  while (before.first < kSettled || before.second < kSettled) before = used();
  auto after = used();
  while (after.second - before.second < kEnough) after = used();
  const auto heavy_ms = after.first - before.first;
  const auto light_ms = after.second - before.second;
  EXPECT_GT(heavy_ms, 3 * light_ms);
  EXPECT_LT(heavy_ms, 5 * light_ms);
  hermes.process().signal(SIGTERM);
  hermes.process().signal(SIGTERM);
  EXPECT_EQ(hermes.process().wait(), 0);
}

}  // namespace
}  // namespace hermes::testing
