#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "io/system_clock.h"
#include "runtime/engine.h"
#include "runtime/journal_extension.h"
#include "runtime/scheduler_fixture.h"
#include "runtime/scripted_backend.h"
#include "testing/recording_log.h"

namespace hermes::runtime {

/// An engine of two workers with the extensions "a" and "b".
class EngineFixture : public ::testing::Test {
 protected:
  EngineFixture() {
    scripts["returns"] = [](Poll&) { return Progress::Finished; };
    scripts["waits"] = [this](Poll& poll) {
      if (poll.count == 1) return Progress::Finished;
      waiting.set(poll.waker);
      return Progress::Waiting;
    };
    EngineConfig config;
    config.workers = 2;
    config.grace = kGrace;
    engine = *Engine::create(config, std::make_unique<ScriptedBackend>(scripts), clock, log);
    auto extension = std::make_unique<JournalExtension>("a", journal);
    first = extension.get();
    extensions.push_back(std::move(extension));
    extension = std::make_unique<JournalExtension>("b", journal);
    second = extension.get();
    extensions.push_back(std::move(extension));
  }

  void start() {
    ASSERT_TRUE(engine->start(std::move(extensions)));
    journal.take();
  }
  static App app(AppId id, std::string script) {
    App app{.id = id, .name = id, .version = script};
    app.modules.push_back({.id = "main", .component = std::move(script), .config = "{}"});
    return app;
  }
  void post(AppId app, std::string text, std::string source = "x") {
    const auto ticket = engine->events().post(
        Ping{text}, {.app = std::move(app)}, {"test", std::move(source)},
        {.on_reply =
             [this, text](Result<bool> reply) {
               journal.add(text + (reply.has_value() ? " replied" : " cancelled"));
             },
         .on_done =
             [this, text](EventOutcome outcome) {
               if (outcome == EventOutcome::AppStopped) journal.add(text + " app stopped");
             }});
    ASSERT_TRUE(ticket) << ticket.error().message();
  }

  static constexpr std::chrono::seconds kGrace{10};
  hermes::testing::RecordingLog log;
  io::SystemClock clock;
  Journal journal;
  std::map<std::string, Script> scripts;
  Promise<std::shared_ptr<wasm::Waker>> waiting;
  std::vector<std::unique_ptr<Extension>> extensions;
  JournalExtension* first = nullptr;
  JournalExtension* second = nullptr;
  std::unique_ptr<Engine> engine;
};

}  // namespace hermes::runtime
