#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <variant>

#include "base/strings.h"
#include "extensions/wasi/wasi.h"
#include "runtime/data_directory.h"
#include "testing/engine/engine_fixture.h"
#include "testing/engine/temporary_directory.h"
#include "vfs/directory.h"
#include "wit/hermes/http_gateway.h"

namespace hermes::testing {

/// An engine in which the guest `world` does what it is told.
class WorldFixture : public EngineFixture {
 protected:
  void SetUp() override {
    create();
    const auto outbound = expect(net::Outbound::open({}, engine->reactors()));
    start(wasi::make(outbound, log, home.path()));
  }

  void add_app(std::string_view name, std::string_view manifest = "{}",
               std::string_view guest = "world") {
    auto app = app_of(name, {guest});
    app.manifest = expect(json::Document::parse(std::string(manifest), "app.json"));
    app.share = expect(vfs::open_directory(files.path()));
    start_app(std::move(app));
  }

  // What the guest answers to the command, or why it does not.
  std::string tell(std::string_view app, std::string_view command, std::string_view body = {}) {
    const auto answer = ask(app, wit::http_gateway::ReplyEvent{
                                     {body.begin(), body.end()}, {}, std::string(command), ""});
    if (!answer.has_value()) return answer.error().message();
    if (!answer->has_value()) return "declined";
    const auto& bytes =
        std::get<wit::http_gateway::http_gateway_response::Http>(**answer).value.body;
    return {bytes.begin(), bytes.end()};
  }

  void write(const std::filesystem::path& path, std::string_view text) const {
    std::ofstream(path) << text;
  }

  // What the app keeps on disk.
  std::filesystem::path own(std::string_view app) const {
    return runtime::data_directory(home.path(), concat("local:", app)) / "var";
  }

  static bool is_refusal(std::string_view answer) {
    static const std::set<std::string_view> kRefusals{
        "Operation not permitted", "No such file or directory",
        "Permission denied",       "Capabilities insufficient",
        "Is a directory",          "Invalid argument"};
    return kRefusals.contains(answer);
  }

  static void wait_until(const std::function<bool()>& is_so) {
    const auto begin = std::chrono::steady_clock::now();
    while (!is_so()) {
      ASSERT_LT(std::chrono::steady_clock::now() - begin, kPatience);
      std::this_thread::yield();
    }
  }

  static constexpr auto kFull = "No space left on device";

  const TemporaryDirectory home;
  const TemporaryDirectory files;
};

}  // namespace hermes::testing
